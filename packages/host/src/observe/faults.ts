import type { Logger } from './logger.ts';

interface FaultRow {
  readonly level: 'info' | 'warn' | 'error' | 'fatal';
  readonly message: string;
}

/** A kind of fault: an exception of an extension, the death of a thread … */
export type FaultEvent =
  | 'ext.throw'
  | 'worker.exit'
  | 'worker.killed'
  | 'pool.boot'
  | 'pool.rapidfail'
  | 'pool.full'
  | 'bridge.bad';

/** Every kind of fault, by the name its log line carries as `evt`. docs/reliability.md says what each costs. */
const faultKinds: Readonly<Record<FaultEvent, FaultRow>> = {
  'ext.throw': { level: 'error', message: 'extension failed' },
  'worker.exit': { level: 'error', message: 'thread lost' },
  'worker.killed': { level: 'warn', message: 'thread killed' },
  'pool.boot': { level: 'error', message: 'thread start failed' },
  'pool.rapidfail': { level: 'fatal', message: 'pool disabled' },
  'pool.full': { level: 'warn', message: 'queue full' },
  'bridge.bad': { level: 'error', message: 'thread broke the protocol' },
};

/** What is known of a fault; `extension` and `pool` are also the labels it is counted under. */
export interface FaultFields {
  readonly extension?: string | undefined;
  readonly pool?: string | undefined;
  readonly [field: string]: unknown;
}

type FaultListener = (event: FaultEvent, fields: FaultFields) => void;

/** Where faults are told: one log line each, and a call to whoever counts or acts on them. */
export class Faults {
  readonly #logger: Logger;
  readonly #listeners: FaultListener[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  report(event: FaultEvent, fields: FaultFields): void {
    const { level, message } = faultKinds[event];
    this.#logger[level]({ evt: event, ...fields }, message);
    for (const listener of this.#listeners) listener(event, fields);
  }

  listen(listener: FaultListener): void {
    this.#listeners.push(listener);
  }
}
