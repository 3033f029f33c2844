#!/usr/bin/env node
import { buffer } from 'node:stream/consumers';
import { isatty } from 'node:tty';

import { failureOf } from './cli/failure.ts';
import { runCli } from './cli/run-cli.ts';
import { exitCodes, type Shell, signals } from './cli/shell.ts';

const shell: Shell = {
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  isTerminal: isatty(1),
  print: (text) => void process.stdout.write(text),
  printError: (text) => void process.stderr.write(text),
  uptimeMs: () => performance.now(),
  onSignal: (listener) => {
    for (const signal of signals) process.on(signal, listener);
  },
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  exit: (code) => process.exit(code),
  readInput: () => buffer(process.stdin),
  openHost: async (config, log = 'output') => {
    const [{ Host }, { createLogger }] = await Promise.all([
      import('./host.ts'),
      import('./observe/logger.ts'),
    ]);
    const stream = log === 'errors' ? process.stderr : undefined;
    return new Host(config, await createLogger(config.log, stream));
  },
};

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
// After what is printed, whatever threads still run.
process.stdout.write('', () => {
  setImmediate(() => process.exit(printError === undefined ? exitCode : exitCodes.failure));
});
