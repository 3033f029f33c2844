import {
  SLOT_CLAIMED_AT,
  SLOT_DONE_AT,
  SLOT_QUEUED,
  type Slab,
} from '@isapi-host/worker-runtime/protocol';
import type { Client } from '../callbacks/client.ts';

/**
 * The requests of a pool by their slots, from submission until the slot is given back.
 *
 * A request whose client has had its answer while its session still runs is *abandoned*: its slot stays taken until
 * the session ends or its thread dies.
 */
export class RequestTable {
  readonly #slab: Slab;
  readonly #free: number[];
  readonly #clients: (Client | undefined)[];
  /** Position of each queued slot in the submission ring. */
  readonly #positions: Int32Array;
  /** By when an abandoned session has to end, ms on the monotonic clock; 0: not abandoned. */
  readonly #graceEnds: Float64Array;
  #count = 0;
  /** There may be entries in the submission ring whose requests were withdrawn. */
  #hasStale = false;
  #onEmpty: (() => void) | undefined;

  constructor(slab: Slab) {
    this.#slab = slab;
    // The slot freed last is used first: its memory is warm, and few slots are ever touched.
    this.#free = Array.from({ length: slab.slots }, (_, index) => slab.slots - 1 - index);
    this.#clients = Array.from({ length: slab.slots });
    this.#positions = new Int32Array(slab.slots);
    this.#graceEnds = new Float64Array(slab.slots);
  }

  /** Requests that wait or run. */
  get count(): number {
    return this.#count;
  }

  /** @returns a free slot, or `undefined` when all are taken */
  takeSlot(): number | undefined {
    return this.#free.pop();
  }

  /** Gives a slot back that was taken and never queued. */
  returnSlot(slot: number): void {
    this.#free.push(slot);
  }

  /** Queues a request whose control block lies in its slot. */
  queue(slot: number, client: Client): boolean {
    const position = this.#slab.submit(slot);
    if (position === -1) return false;
    this.#positions[slot] = position;
    this.#clients[slot] = client;
    this.#count += 1;
    return true;
  }

  /** Gives a slot back whose request is over. */
  release(slot: number): void {
    this.#clients[slot] = undefined;
    this.#graceEnds[slot] = 0;
    this.#slab.release(slot);
    this.#free.push(slot);
    this.#count -= 1;
    if (this.#count === 0) this.#onEmpty?.();
  }

  /** Queues a request again that a thread holds. @returns whether it held it */
  giveBack(slot: number): boolean {
    const position = this.#slab.giveBack(slot);
    if (position === -1) return false;
    this.#positions[slot] = position;
    return true;
  }

  /** Takes a request back that no thread has claimed. @returns whether it was in time */
  withdraw(slot: number): boolean {
    if (!this.#slab.withdraw(slot)) return false;
    this.#hasStale = true;
    this.release(slot);
    return true;
  }

  /**
   * Takes the entries of withdrawn requests out of the submission ring; while no thread takes any, they would fill it.
   *
   * @returns whether there may have been some; a thread may then have missed a request that moved, and has to be woken
   */
  dropStale(): boolean {
    if (!this.#hasStale) return false;
    this.#hasStale = false;
    this.#slab.sift(
      // A slot that was used again has a newer entry.
      (slot, position) => this.#positions[slot] === position && this.isWaiting(slot),
      (slot, position) => {
        this.#positions[slot] = position;
      },
    );
    return true;
  }

  /** The request that was queued last of those that wait and match. */
  lastWaiting(matches: (client: Client) => boolean): Client | undefined {
    let last: Client | undefined;
    for (const client of this.all()) {
      if (!this.isWaiting(client.slot) || !matches(client)) continue;
      if (last === undefined || this.#isBehind(client.slot, last.slot)) last = client;
    }
    return last;
  }

  at(slot: number): Client | undefined {
    return this.#clients[slot];
  }

  /** Whether the client's request has not been given back. */
  has(client: Client): boolean {
    return client.slot !== -1 && this.#clients[client.slot] === client;
  }

  abandon(slot: number, graceEnds: number): void {
    this.#graceEnds[slot] = graceEnds;
  }

  /** By when an abandoned session has to end; 0: the request is not abandoned. */
  graceEnds(slot: number): number {
    return this.#graceEnds[slot] ?? 0;
  }

  isAbandoned(slot: number): boolean {
    return this.#graceEnds[slot] !== 0;
  }

  isWaiting(slot: number): boolean {
    return this.#slab.slotState(slot) === SLOT_QUEUED;
  }

  /** Tells a client how long its request waited and ran; so far, when it is not done yet. */
  noteTimes(client: Client, now?: number): void {
    const { floats } = this.#slab;
    const at = this.#slab.slotAt(client.slot);
    const claimedAt = floats[(at + SLOT_CLAIMED_AT) / 2] ?? 0;
    const doneAt = now ?? floats[(at + SLOT_DONE_AT) / 2] ?? 0;
    client.queueMs = Math.max(0, claimedAt - client.queuedAt);
    client.runMs = Math.max(0, doneAt - claimedAt);
  }

  /** All requests. Those that are released meanwhile may be passed over. */
  *all(): Generator<Client> {
    for (const client of this.#clients) if (client !== undefined) yield client;
  }

  /** Enters requests again whose ring entry a thread took and died before it claimed the slot. */
  resubmitLost(): void {
    const head = this.#slab.submitHead;
    for (const { slot } of this.all()) {
      const position = this.#positions[slot] ?? 0;
      if (!this.isWaiting(slot) || ((position - head) | 0) >= 0) continue;
      this.#positions[slot] = this.#slab.resubmit(slot);
    }
  }

  #isBehind(slot: number, other: number): boolean {
    return (((this.#positions[slot] ?? 0) - (this.#positions[other] ?? 0)) | 0) > 0;
  }

  /** Settles when no request is left, or after `ms`. */
  async untilEmpty(ms: number): Promise<void> {
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
