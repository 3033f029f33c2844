import { stripVTControlCharacters } from 'node:util';

import { defineCommand, renderUsage } from 'citty';

import type { Command } from './commands.ts';
import type { Shell } from './shell.ts';

/** What `isapi --help` prints. */
export async function usage(commands: ReadonlyMap<string, Command>, shell: Shell): Promise<string> {
  const subCommands = [...commands].map(([name, { about }]) => [
    name,
    defineCommand({ meta: { name, description: about } }),
  ]);
  const text = await renderUsage(
    defineCommand({
      meta: { name: 'isapi', description: 'Runs ISAPI-style extensions on worker threads' },
      subCommands: Object.fromEntries(subCommands),
    }),
  );
  return readable(`${text}\n`, shell);
}

/** What `isapi start --help` prints. */
export async function commandUsage(
  name: string,
  { about, flags }: Command,
  shell: Shell,
): Promise<string> {
  const text = await renderUsage(
    defineCommand({ meta: { name: `isapi ${name}`, description: about }, args: flags }),
  );
  return readable(`${text}\n${aboutFlags}\n`, shell);
}

const aboutFlags = `Defaults are in brackets. A flag goes before its variable (--pool-max-queue is
ISAPI_POOL_MAX_QUEUE, --config is ISAPI_CONFIG), and a variable before the config file.
A pool's own values in the config file go before the flags and variables of all pools.`;

/** citty colours what it renders wherever it goes, and fills its lines with blanks. */
function readable(text: string, { isTerminal, env }: Shell): string {
  const shown = isTerminal && !env['NO_COLOR'] ? text : stripVTControlCharacters(text);
  return shown.replaceAll(/ +$/gm, '');
}
