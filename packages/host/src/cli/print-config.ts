import { leavesOf } from '../config/origins.ts';
import { isSecret } from '../config/setting.ts';
import type { Texts } from '../config/read-texts.ts';
import { resolveConfig, type ResolvedConfig } from '../config/resolve-config.ts';
import { exitCodes, type Shell } from './shell.ts';
import { tableText } from './table-text.ts';

/** `isapi config`: prints each value of the configuration with where it came from. */
export async function printConfig(shell: Shell, flags: Texts): Promise<number> {
  const { env, cwd, isTerminal } = shell;
  const resolved = await resolveConfig({ flags, env, cwd, isTerminal });
  for (const warning of resolved.warnings) shell.printError(`isapi: warning: ${warning}\n`);
  shell.print(flags['json'] === 'true' ? asJson(resolved) : asTable(resolved));
  return exitCodes.done;
}

/** A value, by its key, with its origin. */
interface Line {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
}

function linesOf({ config, origins }: ResolvedConfig): Line[] {
  return leavesOf(config).map(({ path, value }) => {
    const key = path.join('.');
    const shown = isSecret(key) && value !== '' ? '(not shown)' : value;
    return { key, value: shown, origin: origins.get(key) ?? 'default' };
  });
}

function asJson(resolved: ResolvedConfig): string {
  const values = linesOf(resolved).map(({ key, value, origin }) => [key, { value, origin }]);
  return `${JSON.stringify({ file: resolved.file ?? null, values: Object.fromEntries(values) as object }, null, 2)}\n`;
}

function asTable(resolved: ResolvedConfig): string {
  return tableText(linesOf(resolved).map(({ key, value, origin }) => [key, textOf(value), origin]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value);
}
