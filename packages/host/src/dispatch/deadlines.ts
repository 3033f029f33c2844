import { monotonicMs } from '@isapi-host/worker-runtime/protocol';
import type { Client, Loss } from '../callbacks/client.ts';
import type { RequestTable } from './request-table.ts';

/** How often the clock is looked at while there is something to look after, ms. */
const TICK_MS = 50;

/** What becomes of requests that are late. */
export interface DeadlineKeeper {
  /** Longest wait for a thread, ms; 0: none. */
  readonly queueTimeoutMs: number;
  /** The request is over for its client. */
  expire(client: Client, loss: Loss): void;
  /** An abandoned session has not ended within its grace. */
  outlived(client: Client): void;
  /** @returns whether the next tick is needed even without requests */
  tick(): boolean;
}

/** One coarse clock for all deadlines of a pool: no timer is set for a request. It stands while nothing is under way. */
export class Deadlines {
  readonly #requests: RequestTable;
  readonly #keeper: DeadlineKeeper;
  #timer: NodeJS.Timeout | undefined;

  constructor(requests: RequestTable, keeper: DeadlineKeeper) {
    this.#requests = requests;
    this.#keeper = keeper;
  }

  /** Sets the clock going. */
  start(): void {
    this.#timer ??= setTimeout(this.#tick, TICK_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  readonly #tick = (): void => {
    this.#timer = undefined;
    const now = monotonicMs();
    for (const client of this.#requests.all()) this.#check(client, now);
    const goesOn = this.#keeper.tick();
    if (goesOn || this.#requests.count > 0) this.start();
  };

  #check(client: Client, now: number): void {
    const { slot, queuedAt, deadline } = client;
    const graceEnds = this.#requests.graceEnds(slot);
    if (graceEnds !== 0) {
      if (now > graceEnds) this.#keeper.outlived(client);
      return;
    }
    if (now > deadline) return this.#keeper.expire(client, 'deadline');
    const { queueTimeoutMs } = this.#keeper;
    const hasWaitedTooLong = queueTimeoutMs > 0 && now - queuedAt > queueTimeoutMs;
    if (hasWaitedTooLong && this.#requests.isWaiting(slot)) {
      this.#keeper.expire(client, 'queue-timeout');
    }
  }
}
