import type { ArgsDef } from 'citty';

import type { Texts } from '../config/read-texts.ts';
import { settingFlags } from './flags.ts';
import type { Shell } from './shell.ts';

/** One word that `isapi` knows. */
export interface Command {
  readonly about: string;
  readonly flags: ArgsDef;
  /** Runs to its end; the number is the exit code. */
  run(shell: Shell, flags: Texts): Promise<number>;
}

/** Every command, by its word. What a command does is loaded when it runs. */
export function createCommands(): ReadonlyMap<string, Command> {
  const flags = settingFlags();
  return new Map<string, Command>([
    [
      'start',
      {
        about: 'Serve. The command when none is named',
        flags,
        run: async (shell, given) => (await import('./start.ts')).start(shell, given),
      },
    ],
    [
      'check',
      {
        about: 'Check the configuration and load every listed extension, without serving',
        flags,
        run: async (shell, given) => (await import('./check.ts')).check(shell, given),
      },
    ],
    [
      'config',
      {
        about: 'Print every value of the configuration, and where it came from',
        flags: { ...flags, json: { type: 'boolean', description: 'print JSON, for programs' } },
        run: async (shell, given) => (await import('./print-config.ts')).printConfig(shell, given),
      },
    ],
  ]);
}
