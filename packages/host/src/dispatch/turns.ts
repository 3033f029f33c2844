import type { Slab } from '@isapi-host/worker-runtime/protocol';
import type { ThreadCrew, ThreadLink } from './thread-crew.ts';

/** What is done in a turn. */
export interface TurnTaker {
  /** A thread reports a slot done; it is not checked, and -1 when the thread's ring makes no sense. */
  completed(link: ThreadLink, slot: number): void;
  /** Completions are collected, threads are woken. */
  turnEnded(): void;
}

/**
 * Collects completions and wakes threads once a turn of the host's event loop: while a turn is open, nobody needs to
 * wake the host.
 */
export class Turns {
  readonly #slab: Slab;
  readonly #crew: ThreadCrew;
  readonly #taker: TurnTaker;
  #isOpen = false;

  constructor(slab: Slab, crew: ThreadCrew, taker: TurnTaker) {
    this.#slab = slab;
    this.#crew = crew;
    this.#taker = taker;
  }

  /** @returns whether none was open */
  open(): boolean {
    if (this.#isOpen) return false;
    this.#isOpen = true;
    this.#slab.setHostAwake(true);
    setImmediate(this.#close);
    return true;
  }

  /** Takes what lies in a thread's completion ring. */
  collect(link: ThreadLink): void {
    const tail = this.#slab.doneTail(link.number);
    const done = (tail - link.doneHead) | 0;
    // A thread has no more to report than there are slots.
    if (done < 0 || done > this.#slab.slots) {
      link.doneHead = tail;
      this.#taker.completed(link, -1);
      return;
    }
    while (link.doneHead !== tail) {
      const slot = this.#slab.doneAt(link.number, link.doneHead);
      link.doneHead = (link.doneHead + 1) | 0;
      this.#taker.completed(link, slot);
    }
  }

  readonly #close = (): void => {
    // Backwards, for a thread that is ended leaves the crew.
    for (const link of this.#crew.links.toReversed()) this.collect(link);
    this.#crew.wake();
    this.#isOpen = false;
    this.#taker.turnEnded();
    this.#slab.setHostAwake(false);
    // A completion that came in between saw an awake host and woke nobody.
    for (const link of this.#crew.links) {
      if (this.#slab.doneTail(link.number) === link.doneHead) continue;
      this.open();
      return;
    }
  };
}
