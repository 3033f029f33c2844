import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';

import { buildConfig, type BuiltConfig, type Sources } from './build-config.ts';
import { checkNames } from './check-names.ts';
import { displayName, findFile, requireFile, type FoundFile } from './config-file.ts';
import type { HostConfig } from './host-config.ts';
import { loadFile } from './load-file.ts';
import { originsOfLeaves } from './origins.ts';
import { configError } from './problem-text.ts';
import {
  configVariable,
  readTexts,
  unknownVariables,
  type Origin,
  type Texts,
} from './read-texts.ts';
import type { UserConfig } from './user-config.ts';

/** What a configuration is resolved from. */
export interface ResolveOptions {
  /** Flags by name, without dashes; `config` names the file. */
  readonly flags: Texts;
  readonly env: Texts;
  /** Folder where the config file is looked for, and that paths in flags and variables start from. */
  readonly cwd: string;
  /** Whether the log goes to a terminal. */
  readonly isTerminal?: boolean;
}

/** A configuration, and where it came from. */
export interface ResolvedConfig {
  /** Frozen, all the way down. */
  readonly config: HostConfig;
  /** Origin of each leaf of `config`, by its key: `pools.default.maxThreads`. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** What an operator should look at, one sentence each. */
  readonly warnings: readonly string[];
  /** The config file, absolute. */
  readonly file: string | undefined;
}

/**
 * Resolves a configuration: flag before variable before file before default.
 *
 * @throws HostError `ISAPI_ERR_CONFIG` - with every problem: what, where, and what is allowed
 */
export async function resolveConfig(options: ResolveOptions): Promise<ResolvedConfig> {
  const { flags, env, cwd, isTerminal = false } = options;
  const texts = readTexts(flags, env);
  const { file, warnings } = await chooseFile(options);
  const name = file === undefined ? 'none' : displayName(file, cwd);
  const { user, problems } =
    file === undefined ? nothing : await checkUser(await loadFile(file, name), name);

  const sources: Sources = {
    texts: texts.values,
    user,
    userOrigin: `file ${name}`,
    baseDir: file === undefined ? cwd : dirname(file),
    cwd,
    isTerminal,
    cores: availableParallelism(),
  };
  const built = build(sources, [...texts.problems, ...problems]);
  return {
    config: built.config,
    origins: originsOfLeaves(built, sources),
    warnings: [...warnings, ...unknownVariables(env), ...uselessTexts(built, sources)],
    file,
  };
}

/**
 * Resolves a configuration that a program gives; relative paths start from `baseDir`.
 *
 * @throws HostError `ISAPI_ERR_CONFIG` - with every problem: what, where, and what is allowed
 */
export async function configFrom(config: UserConfig, baseDir: string): Promise<HostConfig> {
  const { user, problems } = await checkUser(config, 'options');
  const sources: Sources = {
    texts: new Map(),
    user,
    userOrigin: 'options',
    baseDir,
    cwd: baseDir,
    isTerminal: false,
    cores: availableParallelism(),
  };
  return build(sources, problems).config;
}

/** What an operator wrote, `{}` when it has problems. */
interface CheckedUser {
  readonly user: UserConfig;
  readonly problems: readonly string[];
}

const nothing: CheckedUser = { user: {}, problems: [] };

/** Loads the schema only now, when there is something to check. */
async function checkUser(content: unknown, where: string): Promise<CheckedUser> {
  const { checkForm } = await import('./check-form.ts');
  const form = checkForm(content, where);
  if (!form.ok) return { user: {}, problems: form.problems };
  return { user: form.user, problems: checkNames(form.user, where) };
}

async function chooseFile({ flags, env, cwd }: ResolveOptions): Promise<FoundFile> {
  const flag = flags['config'];
  const path = flag ?? env[configVariable];
  if (path === undefined || (flag === undefined && path === '')) return findFile(cwd);
  const origin = flag === undefined ? `env ${configVariable}` : 'flag --config';
  return { file: await requireFile({ path, origin }, cwd), warnings: [] };
}

function build(sources: Sources, problemsBefore: readonly string[]): BuiltConfig {
  const built = buildConfig(sources);
  const problems = [...problemsBefore, ...built.problems];
  if (problems.length > 0) throw configError(problems);
  deepFreeze(built.config);
  return built;
}

/** A warning for each flag or variable of the pools that no pool follows, as all have a value of their own. */
function uselessTexts({ config, origins }: BuiltConfig, { texts }: Sources): string[] {
  const pools = Object.keys(config.pools);
  return [...texts].flatMap(([key, { origin }]) => {
    if (!key.startsWith('pools.*.')) return [];
    const used = pools.map((pool) => origins.get(key.replace('*', pool)));
    if (used.includes(origin)) return [];
    return [`${origin} has no effect: each pool has a ${key.slice('pools.*.'.length)} of its own`];
  });
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
}
