import type { Logger } from './logger.ts';

interface FaultRow {
  readonly level: 'info' | 'warn' | 'error' | 'fatal';
  readonly message: string;
}

/** Every kind of fault, by the name its log line carries as `evt`. docs/reliability.md says what each costs. */
const faultKinds = {
  'conn.dropped': { level: 'warn', message: 'connections refused' },
  'conn.flood': { level: 'warn', message: 'connections ended, they flooded the host' },
  'ext.afterdone': { level: 'warn', message: 'session used after its end' },
  'ext.badheader': { level: 'warn', message: 'response header refused' },
  'ext.badstatus': { level: 'warn', message: 'response status refused' },
  'ext.changed': { level: 'info', message: 'module changed' },
  'ext.deadline': { level: 'warn', message: 'deadline passed' },
  'ext.denied': { level: 'warn', message: 'access denied' },
  'ext.flood': { level: 'warn', message: 'output flooded' },
  'ext.framing': { level: 'warn', message: 'framing header dropped' },
  'ext.late': { level: 'error', message: 'error not handled' },
  'ext.leftover': { level: 'info', message: 'resources left behind' },
  'ext.length': { level: 'error', message: 'body not as long as announced' },
  'ext.load': { level: 'error', message: 'extension load failed' },
  'ext.logflood': { level: 'warn', message: 'log lines dropped' },
  'ext.misuse': { level: 'warn', message: 'call refused' },
  'ext.terminate': { level: 'error', message: 'extension termination failed' },
  'ext.throw': { level: 'error', message: 'extension failed' },
  'ext.truncated': { level: 'error', message: 'extension failed after its answer had begun' },
  'ext.version': { level: 'error', message: 'extension version refused' },
  'host.rss': { level: 'error', message: 'host process holds too much memory' },
  'req.slow': { level: 'warn', message: 'client takes nothing of its answer' },
  'worker.exit': { level: 'error', message: 'thread lost' },
  'worker.extmem': { level: 'error', message: 'thread holds too much memory' },
  'worker.killed': { level: 'warn', message: 'thread killed' },
  'worker.oom': { level: 'error', message: 'thread out of memory' },
  'worker.quarantined': { level: 'fatal', message: 'thread cannot be ended' },
  'pool.boot': { level: 'error', message: 'thread start failed' },
  'pool.full': { level: 'warn', message: 'queue full' },
  'pool.exit': { level: 'error', message: 'pool process lost' },
  'pool.silent': { level: 'error', message: 'pool process killed, it did not answer' },
  'proc.rss': { level: 'fatal', message: 'pool process killed, it took too much memory' },
  'pool.rapidfail': { level: 'fatal', message: 'pool disabled' },
  'bridge.bad': { level: 'error', message: 'thread broke the protocol' },
  'bridge.flood': { level: 'error', message: 'thread flooded the host' },
  'bridge.forged': { level: 'error', message: 'thread named a session of another' },
} as const;

/** A kind of fault: an exception of an extension, the death of a thread … */
export type FaultEvent = keyof typeof faultKinds;

/** How faults of a kind are told. */
export function rowOf(event: FaultEvent): FaultRow {
  return faultKinds[event];
}

/** What is known of a fault; `extension` and `pool` are also the labels it is counted under. */
export interface FaultFields {
  readonly extension?: string | undefined;
  readonly pool?: string | undefined;
  /** How many such faults are told as one. */
  readonly connections?: number | undefined;
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
    const { level, message } = rowOf(event);
    this.#logger[level]({ evt: event, ...fields }, message);
    for (const listener of this.#listeners) listener(event, fields);
  }

  listen(listener: FaultListener): void {
    this.#listeners.push(listener);
  }
}
