/**
 * Runs jobs on so many workers, with so many places to wait. ISAPI's sample had threads of its own; here a worker is
 * a chain of promises, for what its jobs do is wait.
 */
export class WorkQueue {
  readonly #workers: number;
  readonly #places: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  #busy = 0;

  constructor(workers: number, places: number) {
    this.#workers = workers;
    this.#places = places;
  }

  /** @param job - never rejects. @returns whether there was room for it */
  add(job: () => Promise<void>): boolean {
    if (this.#busy < this.#workers) void this.#work(job);
    else if (this.#waiting.length < this.#places) this.#waiting.push(job);
    else return false;
    return true;
  }

  async #work(first: () => Promise<void>): Promise<void> {
    this.#busy += 1;
    for (let job: (() => Promise<void>) | undefined = first; job !== undefined;) {
      await job();
      job = this.#waiting.shift();
    }
    this.#busy -= 1;
  }
}
