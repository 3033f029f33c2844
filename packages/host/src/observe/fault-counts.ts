import type { FaultEvent, Faults } from './faults.ts';

/** How often a fault was told of an extension or a pool; `''`: of none in particular. */
export interface FaultCount {
  readonly evt: FaultEvent;
  readonly extension: string;
  readonly pool: string;
  count: number;
}

/** Counts what is told to `Faults`. */
export class FaultCounts {
  readonly #counts = new Map<string, FaultCount>();

  constructor(faults: Faults) {
    faults.listen((evt, { extension = '', pool = '', connections = 1 }) => {
      const key = `${evt} ${extension} ${pool}`;
      const known = this.#counts.get(key);
      if (known === undefined) this.#counts.set(key, { evt, extension, pool, count: connections });
      else known.count += connections;
    });
  }

  all(): readonly FaultCount[] {
    return [...this.#counts.values()];
  }
}
