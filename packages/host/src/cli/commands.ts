import type { ArgDef, ArgsDef } from 'citty';

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
  return new Map(
    Object.entries({ ...ownCommands(flags), ...lookCommands(flags), ...steerCommands(flags) }),
  );
}

type Commands = Readonly<Record<string, Command>>;

function ownCommands(flags: ArgsDef): Commands {
  return {
    start: {
      about: 'Serve. The command when none is named',
      flags,
      run: async (shell, given) => (await import('./start.ts')).start(shell, given),
    },
    check: {
      about: 'Check the configuration and load every listed extension, without serving',
      flags,
      run: async (shell, given) => (await import('./check.ts')).check(shell, given),
    },
  };
}

/** What can be seen without a host that runs. */
function lookCommands(flags: ArgsDef): Commands {
  return {
    config: {
      about: 'Print every value of the configuration, and where it came from',
      flags: { ...flags, json },
      run: async (shell, given) => (await import('./print-config.ts')).printConfig(shell, given),
    },
    extensions: {
      about: 'Print every listed extension, what it answers and what it says of itself',
      flags: { ...flags, json },
      run: async (shell, given) =>
        (await import('./list-extensions.ts')).listExtensions(shell, given),
    },
    schema: {
      about: 'Print the JSON Schema of a config file, for editors',
      flags: {},
      run: async (shell) => (await import('./print-schema.ts')).printSchema(shell),
    },
    routes: {
      about: 'Print what answers which URLs; with a URL, what answers that one and why',
      flags: { url: urlWord(false), ...flags, method: methodFlag },
      run: async (shell, given) => (await import('./list-routes.ts')).listRoutes(shell, given),
    },
    inject: {
      about: 'Run one request without listening on a port, and print the answer',
      flags: { method: methodWord, url: urlWord(true), ...injectFlags, ...flags },
      run: async (shell, given) => (await import('./inject.ts')).inject(shell, given),
    },
  };
}

/** What asks the host that runs. */
function steerCommands(flags: ArgsDef): Commands {
  return {
    ps: {
      about: 'Print the pools, threads and requests of the host that runs',
      flags: { ...flags, json },
      run: async (shell, given) => (await import('./list-requests.ts')).listRequests(shell, given),
    },
    reload: {
      about: 'Load the current files of all extensions into the host that runs, or of one pool',
      flags: { pool: poolWord, ...flags },
      run: async (shell, given) =>
        (await import('./swap-pools.ts')).swapPools(shell, given, 'reload'),
    },
    recycle: {
      about: 'Give all pools of the host that runs fresh threads, or one pool',
      flags: { pool: poolWord, ...flags },
      run: async (shell, given) =>
        (await import('./swap-pools.ts')).swapPools(shell, given, 'recycle'),
    },
  };
}

const json: ArgDef = { type: 'boolean', description: 'print JSON, for programs [false]' };

const poolWord: ArgDef = {
  type: 'positional',
  required: false,
  description: 'name of a pool; without it, all',
};

const methodWord: ArgDef = { type: 'positional', description: 'GET, POST …' };

const methodFlag: ArgDef = {
  type: 'string',
  valueHint: 'METHOD',
  description: 'method of the request [GET]',
};

const injectFlags: ArgsDef = {
  data: {
    type: 'string',
    alias: 'd',
    valueHint: 'TEXT',
    description: 'body of the request; -: what comes on standard input [none]',
  },
  header: {
    type: 'string',
    valueHint: 'LINE',
    description: "a header: 'Content-Type: application/json' [none]",
  },
};

function urlWord(required: boolean): ArgDef {
  return { type: 'positional', required, description: 'path and query: /hello?name=you' };
}
