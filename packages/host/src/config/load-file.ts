import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';

import type * as JitiModule from 'jiti';
import type { Jiti } from 'jiti';

import { configError } from './problem-text.ts';
import { defineConfig } from './user-config.ts';

/**
 * What a config file exports by default, or the value of a JSON file. Not checked.
 *
 * @throws HostError `ISAPI_ERR_CONFIG` - it cannot be read, parsed or run, or has no default export
 */
export async function loadFile(file: string, name: string): Promise<unknown> {
  try {
    if (extname(file) === '.json') return parseJson(await readFile(file, 'utf8'));
    const exported = await importFile(file);
    if (Object.hasOwn(exported, 'default')) return Reflect.get(exported, 'default');
  } catch (error) {
    throw configError([`${name} cannot be loaded: ${await causeText(error, file)}`], {
      cause: error,
    });
  }
  throw configError([
    `${name} has no default export; expected export default defineConfig({ ... })`,
  ]);
}

async function importFile(file: string): Promise<object> {
  const url = pathToFileURL(file).href;
  try {
    return (await import(url)) as object;
  } catch (error) {
    // Node below 22.18 knows no .ts, and later ones only what types can be stripped from.
    if (!/\.m?ts$/.test(file) || !transformCodes.has(codeOf(error))) throw error;
  }
  const jiti = createTransformer(file);
  return jiti.import<object>(file);
}

/** The transformer of TypeScript, 100 ms to load: only for what Node cannot load itself. */
function createTransformer(file: string): Jiti {
  // Not by import: Node would first look through the whole of it for the names it exports.
  const { createJiti } = require('jiti') as typeof JitiModule;
  return createJiti(pathToFileURL(file).href, {
    fsCache: false, // its default is a folder below /tmp that others may write to
    interopDefault: false,
    virtualModules: { '@isapi-host/host': { defineConfig } }, // else a second, transformed copy of the host
  });
}

const require = createRequire(import.meta.url);

const transformCodes: ReadonlySet<unknown> = new Set([
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX',
]);

/** Parses a file that may start with a byte order mark; an error says the line on every Node. */
function parseJson(source: string): unknown {
  const text = source.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const position = / at position (\d+)/.exec(error.message)?.[1];
    if (position === undefined) throw error;
    const line = text.slice(0, Number(position)).split('\n').length;
    const message = error.message.replace(/ (in JSON )?at position .*$/, '');
    throw new SyntaxError(`${message} in line ${line}`, { cause: error });
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

/** An error in one line, with the line of the file that it is about. */
async function causeText(error: unknown, file: string): Promise<string> {
  if (!(error instanceof Error)) return `${String(error)} was thrown`;
  const [message = ''] = error.message.split('\n');
  const line = lineOf(error, file) ?? (await lineOfSyntaxError(error, file));
  return `${error.name}: ${message.trim()}${line === undefined ? '' : ` in line ${line}`}`;
}

/** Node tells the line of a thrown error in its stack, and of a syntax error nowhere; the transformer does. */
async function lineOfSyntaxError(error: Error, file: string): Promise<string | undefined> {
  if (!(error instanceof SyntaxError) || extname(file) === '.json') return undefined;
  const jiti = createTransformer(file);
  return jiti.import(file).then(
    () => undefined,
    (parseError: unknown) => (parseError instanceof Error ? lineOf(parseError, file) : undefined),
  );
}

function lineOf(error: Error, file: string): string | undefined {
  const { stack = '' } = error;
  for (const name of [pathToFileURL(file).href, file]) {
    const [, rest] = stack.split(`${name}:`);
    if (rest !== undefined) return /^\d+/.exec(rest)?.[0];
  }
  return undefined;
}
