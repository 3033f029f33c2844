import type { CallHost } from '../call-host.ts';

/** A line for the log, checked by the thread. */
interface TraceCall {
  readonly verbosity: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

const LEVELS = ['debug', 'fatal', 'error', 'warn', 'info', 'debug'] as const;

/** ISAPI: HSE_REQ_RAISE_TRACE_EVENT. */
export function raiseTraceEvent(host: CallHost, { verbosity, fields }: TraceCall): undefined {
  host.logger[LEVELS[verbosity] ?? 'debug'](fields, 'trace event');
}
