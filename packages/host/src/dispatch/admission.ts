import type { Slab } from '@isapi-host/worker-runtime/protocol';
import type { Client } from '../callbacks/client.ts';
import type { RequestTable } from './request-table.ts';

/*
 * Who may wait in the queue of a pool.
 *
 * (1) What was withdrawn takes no place.
 * (2) A full queue belongs to the extensions that wait in it in equal parts: a request of one that holds fewer places
 *     than another takes the place of the other's last request. An extension that is alone may have them all.
 */
export class Admission {
  readonly #slab: Slab;
  readonly #requests: RequestTable;
  /** Even without a queue a request lies in the ring for a moment, on its way to a free thread. */
  readonly #places: number;
  /** Places by extension; counted at most once a turn of the event loop. */
  #held: Map<string, number> | undefined;
  /** The extension that held most places when they were counted last. */
  #largest: string | undefined;
  #refused = 0;

  constructor(slab: Slab, requests: RequestTable, maxQueue: number) {
    this.#slab = slab;
    this.#requests = requests;
    this.#places = Math.max(1, maxQueue);
  }

  get isFull(): boolean {
    return this.#slab.waiting >= this.#places;
  }

  /**
   * Looks for a place in a full queue.
   *
   * @param displace - takes a request that waits out of the queue
   * @returns whether there is one now
   */
  makeRoom(client: Client, displace: (client: Client) => void): boolean {
    if (this.#requests.dropStale() && !this.isFull) return true;
    const other = this.#displaceableBy(client.extension);
    if (other === undefined) {
      this.#refused += 1;
      return false;
    }
    displace(other);
    this.#requests.dropStale();
    this.#count(other.extension, -1);
    this.#count(client.extension, 1);
    this.#refused += 1;
    return !this.isFull;
  }

  /** A turn of the event loop is over. */
  turnEnded(): void {
    this.#held = undefined;
  }

  /** Called now and then: who holds most may be another by now. */
  lookAnew(): void {
    this.#largest = undefined;
  }

  /** Requests refused since the last call. */
  takeRefused(): number {
    const refused = this.#refused;
    this.#refused = 0;
    return refused;
  }

  #displaceableBy(extension: string): Client | undefined {
    // The usual case, one extension that is asked for more than it can do, is told without counting.
    if (extension === this.#largest) return undefined;
    this.#held ??= this.#countPlaces();
    let largest = extension;
    for (const [name, places] of this.#held) {
      if (places > (this.#held.get(largest) ?? 0)) largest = name;
    }
    this.#largest = largest;
    const isFair = (this.#held.get(largest) ?? 0) <= (this.#held.get(extension) ?? 0) + 1;
    return isFair ? undefined : this.#requests.lastWaiting((other) => other.extension === largest);
  }

  #countPlaces(): Map<string, number> {
    const held = new Map<string, number>();
    for (const { slot, extension } of this.#requests.all()) {
      if (this.#requests.isWaiting(slot)) held.set(extension, (held.get(extension) ?? 0) + 1);
    }
    return held;
  }

  #count(extension: string, step: 1 | -1): void {
    this.#held?.set(extension, (this.#held.get(extension) ?? 0) + step);
  }
}
