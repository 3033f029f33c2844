import { styleText } from 'node:util';

import { displayName } from '../config/config-file.ts';
import type { HostConfig, LogConfig } from '../config/host-config.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import { VERSION } from '../observe/version.ts';
import { endSignals } from '../supervisor/signals.ts';
import type { CliLogger, Shell, Started } from './shell.ts';

/** Tells operators what the process does: a banner for people, or lines of the log for programs. */
export interface Announcer {
  readonly warned: (warning: string) => void;
  /** @param isFirst - no other process of the same start has told it */
  readonly started: (where: Started, isFirst: boolean) => void;
  /** @param reason - a signal, or what the supervisor gives */
  readonly closing: (reason: string) => void;
}

/** Creates the announcer that `log.format` asks for. */
export async function createAnnouncer(
  shell: Shell,
  resolved: ResolvedConfig,
  logger: CliLogger,
): Promise<Announcer> {
  const version = VERSION;
  return resolved.config.log.format === 'pretty'
    ? forPeople(shell, resolved, version)
    : forPrograms(shell, resolved, version, logger);
}

function forPeople(shell: Shell, resolved: ResolvedConfig, version: string): Announcer {
  const { config } = resolved;
  const print = (text: string): void => {
    if (tellsInfo(config.log)) shell.print(text);
  };
  return {
    warned: (warning) => shell.printError(`isapi: warning: ${warning}\n`),
    started: (where, isFirst) => {
      if (isFirst) print(banner(shell, resolved, where, version));
    },
    closing: (reason) => {
      // A host process that makes room for its successor is no end of anything.
      if (!endSignals.some((signal) => signal === reason)) return;
      print(`isapi: ${reason}: closing, ${config.shutdownTimeoutMs} ms at most; again: at once\n`);
    },
  };
}

function forPrograms(
  shell: Shell,
  { config, file }: ResolvedConfig,
  version: string,
  logger: CliLogger,
): Announcer {
  const extensions = Object.keys(config.extensions);
  const pools = poolsText(config); // in words: a pool's environment may hold secrets
  return {
    warned: (warning) => logger.warn({ warning }, 'configuration warning'),
    started: ({ url, adminUrl }) => {
      const readyMs = Math.round(shell.uptimeMs());
      const { pid } = shell;
      const fields = { url, adminUrl, version, pid, readyMs, pools, extensions, config: file };
      logger.info(fields, 'host started');
      logger.flush(); // somebody waits for this line
    },
    closing: (reason) => logger.info({ reason }, 'host closing'),
  };
}

function tellsInfo({ level }: LogConfig): boolean {
  return level === 'info' || level === 'debug' || level === 'trace';
}

function banner(
  { isTerminal, env, cwd, uptimeMs }: Shell,
  { config, file }: ResolvedConfig,
  { url, adminUrl = 'none' }: Started,
  version: string,
): string {
  const isColoured = isTerminal && !env['NO_COLOR'];
  const shown = (where: string): string => (isColoured ? styleText('cyan', where) : where);
  return [
    `isapi-host ${version} ready in ${Math.round(uptimeMs())} ms`,
    `  Local:       ${shown(url)}`,
    `  Admin:       ${shown(adminUrl)}`,
    `  Pools:       ${poolsText(config)}`,
    `  Extensions:  ${Object.keys(config.extensions).join(', ') || 'none'}`,
    `  Config:      ${file === undefined ? 'no file, defaults' : displayName(file, cwd)}`,
    '',
  ].join('\n');
}

function poolsText({ pools }: HostConfig): string {
  const texts = Object.entries(pools).map(
    ([name, { minThreads, maxThreads, sessionsPerThread }]) =>
      `${name} ${minThreads}..${maxThreads} threads x ${sessionsPerThread} sessions`,
  );
  return texts.join(', ');
}
