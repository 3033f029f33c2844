import { monotonicMs } from '@isapi-host/worker-runtime/protocol';
import type { Client, Loss } from '../callbacks/client.ts';
import type { RequestStatus } from './pool-status.ts';

/** How often deadlines are looked at while there are requests, ms. */
const TICK_MS = 50;

/** A request, from its submission until it is over for the host. */
export interface PendingRequest {
  readonly client: Client;
  /** The request as it is sent, kept until it is known to have begun: another process may have to be sent it. */
  frame: Buffer | undefined;
  /** Its cell in the record of the process it was sent to; `undefined`: it waits. */
  cell: number | undefined;
}

/** Whether the process has begun the request that a cell was given to. */
export type HasBegun = (cell: number, connId: number) => boolean;

/** The requests of a pool process, seen from the host: those that wait here, and those that were sent. */
export class PendingRequests {
  readonly #queueTimeoutMs: number;
  readonly #expire: (client: Client, loss: Loss) => void;
  /** In the order they came. */
  readonly #entries = new Map<number, PendingRequest>();
  /** Those that wait, in the same order; entries that were removed meanwhile are passed over. */
  #queue: PendingRequest[] = [];
  #sentCount = 0;
  #threadIds: ReadonlyMap<number, number> = new Map();
  #timer: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;

  /** @param expire - the request is late, and is to be removed */
  constructor(queueTimeoutMs: number, expire: (client: Client, loss: Loss) => void) {
    this.#queueTimeoutMs = queueTimeoutMs;
    this.#expire = expire;
  }

  get inFlight(): number {
    return this.#entries.size;
  }

  get sentCount(): number {
    return this.#sentCount;
  }

  get waiting(): number {
    return this.#entries.size - this.#sentCount;
  }

  add(client: Client, frame: Buffer): void {
    const entry = { client, frame, cell: undefined };
    this.#entries.set(client.connId, entry);
    this.#queue.push(entry);
    this.#timer ??= setTimeout(this.#tick, TICK_MS);
  }

  /**
   * Takes the next request to send; it counts as sent.
   *
   * @param takeCell - gives it a cell
   */
  takeWaiting(takeCell: () => number): PendingRequest | undefined {
    for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
      if (this.#entries.get(entry.client.connId) !== entry) continue;
      entry.cell = takeCell();
      this.#sentCount += 1;
      return entry;
    }
    return undefined;
  }

  /** The client of a request that was sent. */
  sent(connId: number): Client | undefined {
    const entry = this.#entries.get(connId);
    return entry?.cell === undefined ? undefined : entry.client;
  }

  isSent(client: Client): boolean {
    return this.sent(client.connId) === client;
  }

  /** Takes a request out. @returns it, as it was; `undefined`: it was over */
  remove(client: Client): PendingRequest | undefined {
    const entry = this.#entries.get(client.connId);
    if (entry?.client !== client) return undefined;
    this.#entries.delete(client.connId);
    if (entry.cell !== undefined) this.#sentCount -= 1;
    if (this.#entries.size === 0) this.#onEmpty?.();
    return entry;
  }

  /** Takes out every request that waits. */
  takeAllWaiting(): readonly Client[] {
    const waiting = this.all().filter((client) => !this.isSent(client));
    for (const client of waiting) this.remove(client);
    return waiting;
  }

  /**
   * The process is gone: what it has begun is taken out, the rest waits again, before all that came later.
   */
  processGone(hasBegun: HasBegun): readonly Client[] {
    const begun: Client[] = [];
    for (const entry of this.#entries.values()) {
      const { client, frame, cell } = entry;
      if (cell === undefined) continue;
      if (frame === undefined || hasBegun(cell, client.connId)) {
        begun.push(client);
      } else {
        entry.cell = undefined;
        this.#sentCount -= 1;
      }
    }
    for (const client of begun) this.remove(client);
    this.#queue = [...this.#entries.values()];
    return begun;
  }

  /**
   * Takes note of which thread has which request; of those it has begun, which are not sent again, the memory is given
   * up.
   */
  runIn(threadIds: ReadonlyMap<number, number>, hasBegun: HasBegun): void {
    this.#threadIds = threadIds;
    for (const connId of threadIds.keys()) {
      const entry = this.#entries.get(connId);
      if (entry?.cell === undefined || entry.frame === undefined) continue;
      if (hasBegun(entry.cell, connId)) entry.frame = undefined;
    }
  }

  all(): readonly Client[] {
    return [...this.#entries.values()].map(({ client }) => client);
  }

  list(): readonly RequestStatus[] {
    const now = monotonicMs();
    return [...this.#entries.values()].map(({ client, cell }) => {
      const { requestId, extension, url } = client.identity;
      const stage = cell === undefined ? 'queued' : 'running';
      const threadId = this.#threadIds.get(client.connId);
      const ageMs = Math.round(now - client.queuedAt);
      return {
        requestId,
        extension,
        url,
        connId: client.connId,
        stage,
        ageMs,
        threadId,
      };
    });
  }

  /** Settles when no request is left, or after `ms`. */
  async untilEmpty(ms: number): Promise<void> {
    if (this.#entries.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, ms));
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** One coarse clock: no timer is set for a request. */
  readonly #tick = (): void => {
    this.#timer = undefined;
    const now = monotonicMs();
    for (const { client, cell } of this.#entries.values()) {
      const waitsTooLong =
        cell === undefined &&
        this.#queueTimeoutMs > 0 &&
        now - client.queuedAt > this.#queueTimeoutMs;
      if (now > client.deadline) this.#expire(client, 'deadline');
      else if (waitsTooLong) this.#expire(client, 'queue-timeout');
    }
    if (this.#entries.size > 0) this.#timer ??= setTimeout(this.#tick, TICK_MS);
  };
}
