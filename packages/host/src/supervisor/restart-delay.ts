const FIRST_MS = 50;
const LAST_MS = 5000;
/** A process that was ready this long is not one of a row of failures, ms. */
const LONG_LIFE_MS = 10_000;

/** How long to wait before a process that died is started again: not at all, then ever longer. */
export class RestartDelay {
  #nextMs = 0;

  /**
   * @param readyMs - how long the process that died was ready
   * @returns ms
   */
  next(readyMs: number): number {
    const ms = readyMs >= LONG_LIFE_MS ? 0 : this.#nextMs;
    this.#nextMs = ms === 0 ? FIRST_MS : Math.min(ms * 2, LAST_MS);
    return ms;
  }
}
