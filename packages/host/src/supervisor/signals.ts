/** Ends a host in an orderly way; the second one at once. */
export const endSignals = ['SIGINT', 'SIGTERM'] as const;

export type EndSignal = (typeof endSignals)[number];

/** Reads the configuration anew. */
export const reloadSignal = 'SIGHUP';

/**
 * Heard, so that they do nothing: SIGUSR1 would open Node's inspector, to whoever may send a signal, and SIGUSR2 end
 * the process.
 */
const ignoredSignals = ['SIGPIPE', 'SIGUSR1', 'SIGUSR2'] as const;

/** Every signal that is heard. A test holds the table in docs/operations.md against this one. */
export const signals: readonly NodeJS.Signals[] = [...endSignals, reloadSignal, ...ignoredSignals];

/** Hears the signals that are to do nothing. */
export function ignoreSignals(process: NodeJS.Process): void {
  for (const signal of ignoredSignals) process.on(signal, () => undefined);
}

/** Ends the process at once, as a signal does that nobody hears: `exit` would wait for a thread in native code. */
export function endBy(process: NodeJS.Process, signal: EndSignal | 'SIGKILL'): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
