import { monotonicMs } from '@isapi-host/worker-runtime/protocol';
import type { Client, Loss } from '../callbacks/client.ts';
import type { RequestStatus } from './pool-status.ts';

/** How often deadlines are looked at while there are requests, ms. */
const TICK_MS = 50;

/** Where a request is, seen from the host. */
type Stage = 'waiting' | 'sent';

interface Entry {
  readonly client: Client;
  /** The request as it is sent; `undefined`: it was. */
  frame: Buffer | undefined;
}

/** The requests of a pool process, seen from the host: those that wait here, and those that were sent. */
export class PendingRequests {
  readonly #queueTimeoutMs: number;
  readonly #expire: (client: Client, loss: Loss) => void;
  readonly #entries = new Map<number, Entry>();
  /** In the order they came; entries that were removed meanwhile are passed over. */
  #queue: Entry[] = [];
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
    const entry = { client, frame };
    this.#entries.set(client.connId, entry);
    this.#queue.push(entry);
    this.#timer ??= setTimeout(this.#tick, TICK_MS);
  }

  /** Takes the next request to send; it counts as sent. */
  takeWaiting(): Buffer | undefined {
    for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
      const { client, frame } = entry;
      if (frame === undefined || this.#entries.get(client.connId) !== entry) continue;
      entry.frame = undefined;
      this.#sentCount += 1;
      return frame;
    }
    return undefined;
  }

  /** The client of a request that was sent. */
  sent(connId: number): Client | undefined {
    const entry = this.#entries.get(connId);
    return entry?.frame === undefined ? entry?.client : undefined;
  }

  isSent(client: Client): boolean {
    return this.sent(client.connId) === client;
  }

  /** Takes a request out. @returns where it was; `undefined`: nowhere */
  remove(client: Client): Stage | undefined {
    const entry = this.#entries.get(client.connId);
    if (entry?.client !== client) return undefined;
    this.#entries.delete(client.connId);
    if (entry.frame === undefined) this.#sentCount -= 1;
    if (this.#entries.size === 0) this.#onEmpty?.();
    return entry.frame === undefined ? 'sent' : 'waiting';
  }

  /** Takes out every request of a stage. */
  takeAll(stage: Stage): readonly Client[] {
    const taken = this.all().filter((client) => this.isSent(client) === (stage === 'sent'));
    for (const client of taken) this.remove(client);
    return taken;
  }

  /** Takes note of which thread runs which request. */
  runIn(threadIds: ReadonlyMap<number, number>): void {
    this.#threadIds = threadIds;
  }

  all(): readonly Client[] {
    return [...this.#entries.values()].map(({ client }) => client);
  }

  list(): readonly RequestStatus[] {
    const now = monotonicMs();
    return [...this.#entries.values()].map(({ client, frame }) => {
      const { requestId, extension, url } = client.identity;
      const stage = frame === undefined ? 'running' : 'queued';
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
    for (const { client, frame } of this.#entries.values()) {
      const waitsTooLong =
        frame !== undefined &&
        this.#queueTimeoutMs > 0 &&
        now - client.queuedAt > this.#queueTimeoutMs;
      if (now > client.deadline) this.#expire(client, 'deadline');
      else if (waitsTooLong) this.#expire(client, 'queue-timeout');
    }
    if (this.#entries.size > 0) this.#timer ??= setTimeout(this.#tick, TICK_MS);
  };
}
