import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { PENDING, STOPPED, TICK_WORDS } from './ticker-words.ts';

/**
 * Calls back about every tenth of a millisecond, which no timer of Node does.
 *
 * A thread sleeps for it; to look at the clock all the time would take a core from the servers under test.
 */
export class Ticker {
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * TICK_WORDS));
  readonly #thread: Worker;

  constructor(onTick: () => void) {
    const file = new URL('./ticker-thread.js', import.meta.url);
    this.#thread = new Worker(file, { workerData: this.#words });
    this.#thread.on('message', () => {
      Atomics.store(this.#words, PENDING, 0);
      onTick();
    });
  }

  /** Resolves when it ticks. */
  async started(): Promise<void> {
    await once(this.#thread, 'message');
  }

  async stop(): Promise<void> {
    const exited = once(this.#thread, 'exit');
    Atomics.store(this.#words, STOPPED, 1);
    await exited;
  }
}
