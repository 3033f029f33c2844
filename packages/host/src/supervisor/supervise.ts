import { fileURLToPath } from 'node:url';
import { endBy, endSignals, ignoreSignals, reloadSignal } from './signals.ts';
import { Supervisor } from './supervisor.ts';
import { SupervisorLog } from './supervisor-log.ts';

/**
 * Runs this process as a supervisor. It loads next to nothing and reads no configuration, so that its first host
 * process starts at once.
 *
 * @param args - the command line of the host processes
 */
export function supervise(args: readonly string[]): void {
  const supervisor = new Supervisor({
    entry: fileURLToPath(new URL('../supervised.js', import.meta.url)),
    args,
    log: new SupervisorLog(),
    exit: (code) => process.exit(code),
    endBy: (signal) => endBy(process, signal),
  });
  for (const signal of endSignals) process.on(signal, () => supervisor.stop(signal));
  process.on(reloadSignal, () => supervisor.recycle(reloadSignal));
  ignoreSignals(process);
}
