import { buffer } from 'node:stream/consumers';
import { isatty } from 'node:tty';

import { failureOf } from './cli/failure.ts';
import { runCli } from './cli/run-cli.ts';
import { exitCodes, type Shell } from './cli/shell.ts';
import { endBy, endSignals, ignoreSignals, reloadSignal } from './supervisor/signals.ts';
import type { SupervisorLink } from './supervisor/supervisor-link.ts';

/**
 * Runs the command line of this process, and ends it.
 *
 * @param supervisor - who started this process; `undefined`: it is alone
 */
export async function runProcess(supervisor: SupervisorLink | undefined): Promise<void> {
  const shell = shellOf(supervisor);
  process.on('uncaughtException', (error: unknown) => {
    const { message, exitCode } = failureOf(error);
    shell.printError(`isapi: ${message}\n`);
    process.exit(exitCode);
  });
  // `isapi config | head` closes the pipe, and a full disk must not end a host; its log has the same rule.
  let printError: Error | undefined;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') printError = error;
  });

  const exitCode = await runCli(shell);
  const end = (): void => {
    setImmediate(() => process.exit(printError === undefined ? exitCode : exitCodes.failure));
  };
  // After what is printed, whatever threads still run. A full disk refuses even an empty text.
  if (process.stdout.writableLength === 0) end();
  else process.stdout.write('', end);
}

function shellOf(supervisor: SupervisorLink | undefined): Shell {
  return {
    args: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
    pid: process.pid,
    isTerminal: isatty(1),
    print: (text) => void process.stdout.write(text),
    printError: (text) => void process.stderr.write(text),
    uptimeMs: () => supervisor?.uptimeMs ?? performance.now(),
    onSignal: (listener) => {
      for (const signal of endSignals) process.on(signal, listener);
      ignoreSignals(process);
    },
    onReload: (listener) => void process.on(reloadSignal, listener),
    after: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    endBy: (signal) => endBy(process, signal),
    readInput: () => buffer(process.stdin),
    openHost: async (config, log = 'output') => {
      const [{ Host }, { createLogger }] = await Promise.all([
        import('./host.ts'),
        import('./observe/logger.ts'),
      ]);
      const stream = log === 'errors' ? process.stderr : undefined;
      return new Host(config, await createLogger(config.log, stream), supervisor);
    },
    supervisor,
  };
}
