import type { FaultEvent, FaultFields, Faults } from './faults.ts';

/** How many faults are kept. What is told of one is bounded where it is made. */
const KEPT = 100;

/** A fault that was told. */
export interface RecentFault {
  /** Counts the faults since the start, from 1. */
  readonly number: number;
  readonly at: Date;
  readonly evt: FaultEvent;
  readonly fields: FaultFields;
}

/** Keeps the last faults that were told to `Faults`. */
export class RecentFaults {
  readonly #faults: RecentFault[] = [];
  #told = 0;

  constructor(faults: Faults) {
    faults.listen((evt, fields) => {
      this.#told += 1;
      this.#faults.push({ number: this.#told, at: new Date(), evt, fields });
      if (this.#faults.length > KEPT) this.#faults.shift();
    });
  }

  latestFirst(): readonly RecentFault[] {
    return this.#faults.toReversed();
  }
}
