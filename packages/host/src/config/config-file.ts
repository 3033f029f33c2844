import { stat } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, resolve } from 'node:path';

import { configError, shown } from './problem-text.ts';

/** Suffixes a config file may have; in a folder with several, the first one counts. */
const configSuffixes = ['.ts', '.mts', '.js', '.mjs', '.json'] as const;

/** A file that somebody named, and how: `flag --config`. */
export interface NamedFile {
  readonly path: string;
  readonly origin: string;
}

/** The config file of a folder, and what to tell of the choice. */
export interface FoundFile {
  readonly file: string | undefined;
  readonly warnings: readonly string[];
}

/** @throws HostError `ISAPI_ERR_CONFIG` - there is no such file, or its suffix is none of ours */
export async function requireFile({ path, origin }: NamedFile, cwd: string): Promise<string> {
  const file = resolve(cwd, path);
  if (!configSuffixes.some((suffix) => extname(file) === suffix)) {
    const allowed = configSuffixes.join(', ');
    throw configError([`${origin} is ${shown(path)}; expected the name of a file with ${allowed}`]);
  }
  if (await isFile(file)) return file;
  throw configError([`${origin} is ${shown(path)}; there is no file ${file}`]);
}

/** Looks for `isapi.config.*` in a folder. */
export async function findFile(cwd: string): Promise<FoundFile> {
  const files = configSuffixes.map((suffix) => join(cwd, `isapi.config${suffix}`));
  const there = await Promise.all(files.map(isFile));
  const [file, ...others] = files.filter((_, index) => there[index]);
  if (file === undefined) return { file, warnings: [] };
  const warnings = others.map(
    (other) => `${displayName(other, cwd)} is not read: ${displayName(file, cwd)} goes before it`,
  );
  return { file, warnings };
}

/** A file's name for people: relative to the folder when it is below it. */
export function displayName(file: string, cwd: string): string {
  const name = relative(cwd, file);
  return name.startsWith('..') || isAbsolute(name) ? file : name;
}

async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
