/** How many deaths within how long are too many. */
export interface CrashLimits {
  /** 0: no number is too many. */
  readonly rapidFailMax: number;
  readonly rapidFailWindowMs: number;
}

/** Counts deaths within a window. ISAPI: rapid-fail protection. */
export class CrashBudget {
  readonly #limits: CrashLimits;
  #deaths: number[] = [];

  constructor(limits: CrashLimits) {
    this.#limits = limits;
  }

  /**
   * Takes note of a death.
   *
   * @param now - on the monotonic clock, ms
   * @returns whether that was one too many
   */
  spend(now: number): boolean {
    const { rapidFailMax, rapidFailWindowMs } = this.#limits;
    if (rapidFailMax === 0) return false;
    this.#deaths = this.#deaths.filter((at) => now - at < rapidFailWindowMs);
    this.#deaths.push(now);
    return this.#deaths.length >= rapidFailMax;
  }

  reset(): void {
    this.#deaths = [];
  }
}
