import type { FaultEvent, FaultFields, Faults } from './faults.ts';

/** A flood of connections must not become one of log lines, ms. */
const TELL_EVERY_MS = 1000;

/** Tells of connections that are refused or closed: of the first at once, then once a second of how many they were. */
export class FaultTally {
  readonly #faults: Faults;
  readonly #event: FaultEvent;
  #connections = 0;
  #fields: FaultFields = {};
  #timer: NodeJS.Timeout | undefined;

  constructor(faults: Faults, event: FaultEvent) {
    this.#faults = faults;
    this.#event = event;
  }

  /** @param fields - what is told of the last one */
  add(fields: FaultFields = {}): void {
    this.#connections += 1;
    this.#fields = fields;
    if (this.#timer === undefined) this.#tell();
  }

  readonly #tell = (): void => {
    this.#timer = undefined;
    if (this.#connections === 0) return;
    this.#faults.report(this.#event, { connections: this.#connections, ...this.#fields });
    this.#connections = 0;
    this.#timer = setTimeout(this.#tell, TELL_EVERY_MS).unref();
  };
}
