import { exitCodes } from './shell.ts';

/** How a command that failed ends: what to print, and the exit code. */
export interface Failure {
  readonly message: string;
  readonly exitCode: number;
}

/** What an operator is told of an error. Only one that nobody expects shows its stack. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return { message: `failed: ${String(error)}`, exitCode: exitCodes.failure };
  }
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ISAPI_ERR_CONFIG') return { message: error.message, exitCode: exitCodes.problem };
  if (code.startsWith('ISAPI_ERR_')) {
    return { message: `${error.message} (${code})`, exitCode: exitCodes.failure };
  }
  const reason = listenReasons.get(code);
  if (reason !== undefined && 'syscall' in error) {
    return { message: `cannot listen: ${reason} (${error.message})`, exitCode: exitCodes.failure };
  }
  return { message: `failed: ${error.stack ?? error.message}`, exitCode: exitCodes.failure };
}

/** Errors of `listen` that an operator can mend. */
const listenReasons: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'the port is taken; choose another with --port or ISAPI_PORT'],
  ['EACCES', 'not allowed; ports below 1024 need a privilege'],
  ['EADDRNOTAVAIL', 'no network interface has this address; see --host or ISAPI_HOST'],
  ['ENOTFOUND', 'no such host name; see --host or ISAPI_HOST'],
]);
