import type { Slab } from '@isapi-host/worker-runtime/protocol';
import type { Client } from '../callbacks/client.ts';
import type { RequestTable } from './request-table.ts';

/*
 * Requests that a thread holds while it loads a module: they are not begun.
 *
 * (1) A thread cannot tell that it is blocked. So what it holds is queued again at every look, for whoever is free.
 * (2) What waits for the very module that the thread loads stays: any other thread would have to load it, too, and a
 *     module that blocks or ends its thread would do so to one thread after another.
 */
export class HeldRequests {
  readonly #slab: Slab;
  readonly #requests: RequestTable;

  constructor(slab: Slab, requests: RequestTable) {
    this.#slab = slab;
    this.#requests = requests;
  }

  /** Called now and then. @returns whether something waits in the queue again */
  giveBack(): boolean {
    let some = false;
    for (const client of this.#requests.all()) {
      const thread = this.#slab.holder(client.slot);
      if (thread === -1 || client.extension === this.#loads(thread)) continue;
      some = this.#requests.giveBack(client.slot) || some;
    }
    return some;
  }

  /**
   * A thread ends.
   *
   * @returns those that waited for the module that it was loading: they are lost, and no longer in the table
   */
  threadEnds(thread: number): readonly Client[] {
    const loaded = this.#loads(thread);
    const lost: Client[] = [];
    for (const client of this.#requests.all()) {
      if (this.#slab.holder(client.slot) !== thread) continue;
      if (client.extension !== loaded) this.#requests.giveBack(client.slot);
      else if (this.#requests.withdraw(client.slot)) lost.push(client);
    }
    return lost;
  }

  /** Name of the extension whose module a thread loads for a request. */
  #loads(thread: number): string | undefined {
    if (this.#slab.loadingSince(thread) === 0) return undefined;
    return this.#requests.at(this.#slab.loadingSlot(thread))?.extension;
  }
}
