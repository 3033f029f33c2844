import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** The packages of ours that a package may import, through which door. */
const doors: Readonly<Record<string, readonly string[]>> = {
  sdk: [],
  'worker-runtime': ['@isapi-host/sdk'],
  host: ['@isapi-host/sdk', '@isapi-host/worker-runtime/protocol'],
};

/** What the host may resolve to a file name for a thread, and never import. */
const threadEntry = '@isapi-host/worker-runtime/worker';

/** The stages of the host in the order of a request: each imports only those further right. */
const stages = [
  'cli',
  '(root)',
  'admin',
  'supervisor',
  'front-end',
  'name-space',
  'control-block',
  'dispatch',
  'callbacks',
] as const;

/** Every stage may import these; they import only each other. */
const leaves = ['config', 'observe'];

/** The files right in packages/host/src. They put the stages together and may import all of them. */
const rootFiles = [
  'host.ts',
  'index.ts',
  'main.ts',
  'plugin.ts',
  'pool-process.ts',
  'run-process.ts',
  'supervised.ts',
];

/** A file under packages/, with its path from there, and its text. */
interface Source {
  readonly path: string;
  readonly text: string;
}

interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly how: 'import' | 'resolve';
}

test('every import goes along the arrows', () => {
  const sources = readSources();

  const found = sources.flatMap(violations);

  assert.ok(sources.length > 0);
  assert.deepEqual(found, []);
});

const forbidden: readonly (readonly [path: string, text: string])[] = [
  ['sdk/src/a.ts', "import { readFile } from 'node:fs/promises';"],
  ['sdk/src/a.ts', "export * from 'msgpackr';"],
  ['sdk/src/a.ts', "import type { Slot } from '@isapi-host/worker-runtime/protocol';"],
  ['worker-runtime/src/a.ts', "import '@isapi-host/host';"],
  ['worker-runtime/src/a.ts', "import { x } from '@isapi-host/sdk/internal/status';"],
  ['worker-runtime/src/a.ts', "import { x } from '../../sdk/src/index.ts';"],
  ['worker-runtime/src/protocol/a.ts', "import { x } from '../session.ts';"],
  ['worker-runtime/src/protocol/a.ts', "import { createJiti } from 'jiti';"],
  ['host/src/dispatch/a.ts', "import {\n  x,\n} from '@isapi-host/worker-runtime/worker';"],
  ['host/src/dispatch/a.ts', "const x = await import('../front-end/b.ts');"],
  ['host/src/dispatch/a.ts', "export type { X } from '../control-block/b.ts';"],
  ['host/src/dispatch/a.ts', "let x: import('../host.ts').Host;"],
  ['host/src/front-end/a.ts', "import { x } from '../cli/b.ts';"],
  ['host/src/config/a.ts', "import { x } from '../callbacks/b.ts';"],
  ['host/src/utils/a.ts', 'export const x = 1;'],
  ['host/src/utils.ts', 'export const x = 1;'],
];

for (const [path, text] of forbidden) {
  test(`the arrows forbid, in ${path}: ${text.replaceAll(/\s+/g, ' ')}`, () => {
    assert.equal(violations({ path, text }).length, 1);
  });
}

const allowed: readonly (readonly [path: string, text: string])[] = [
  ['sdk/src/a.ts', "/** import { x } from 'node:fs'; */ import { y } from './b.ts';"],
  ['worker-runtime/src/a.ts', "import { createJiti } from 'jiti';"],
  ['worker-runtime/src/protocol/a.ts', "import { Packr } from 'msgpackr/pack';"],
  ['worker-runtime/src/protocol/a.ts', "import { x } from 'node:buffer';"],
  ['host/src/dispatch/a.ts', `import.meta.resolve('${threadEntry}');`],
  ['host/src/dispatch/a.ts', "import { x } from '../callbacks/requests/b.ts';"],
  ['host/src/observe/a.ts', "import { x } from '../config/b.ts';"],
  ['host/src/cli/a.ts', "import { createHost } from '../host.ts';"],
  ['host/src/main.ts', "import { run } from './cli/run.ts';"],
];

for (const [path, text] of allowed) {
  test(`the arrows allow, in ${path}: ${text}`, () => {
    assert.deepEqual(violations({ path, text }), []);
  });
}

/** One line for each thing in a file that goes against the arrows. */
function violations(source: Source): string[] {
  if (!isPlaced(source.path)) {
    return [`${source.path}: no such stage; add it to ${import.meta.filename}`];
  }
  return importsOf(source)
    .filter((found) => !mayImport(found))
    .map(({ from, specifier, how }) => `${from} may not ${how} ${specifier}`);
}

function mayImport({ from, specifier, how }: Import): boolean {
  const [name = ''] = from.split('/');
  const protocol = 'worker-runtime/src/protocol/';

  if (specifier.startsWith('.')) {
    const to = posix.join(posix.dirname(from), specifier);
    if (name === 'host') return to.startsWith('host/src/') && isRightOf(stageOf(to), stageOf(from));
    return to.startsWith(from.startsWith(protocol) ? protocol : `${name}/src/`);
  }
  if (specifier.startsWith('@isapi-host/')) {
    if (how === 'resolve') return name === 'host' && specifier === threadEntry;
    return doors[name]?.includes(specifier) ?? false;
  }
  if (name === 'sdk') return false;
  if (from.startsWith(protocol)) return /^(msgpackr\/pack$|node:)/.test(specifier);
  return true;
}

function isRightOf(to: string, from: string): boolean {
  if (to === from || from === '(root)') return true;
  if (leaves.includes(to)) return true;
  if (leaves.includes(from)) return false;
  return stages.findIndex((stage) => stage === to) > stages.findIndex((stage) => stage === from);
}

function isPlaced(path: string): boolean {
  if (!path.startsWith('host/src/')) return true;
  const stage = stageOf(path);
  if (stage === '(root)') return rootFiles.includes(posix.basename(path));
  return leaves.includes(stage) || stages.some((known) => known === stage);
}

/** The folder below host/src that a file is in. */
function stageOf(path: string): string {
  const [, , folder = '', inside] = path.split('/');
  return inside === undefined ? '(root)' : folder;
}

function importsOf({ path, text }: Source): Import[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const find = (pattern: RegExp, how: Import['how']): Import[] =>
    [...code.matchAll(pattern)].map(([, specifier = '']) => ({ from: path, specifier, how }));
  return [
    ...find(/^\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]/gm, 'import'),
    ...find(/^\s*import\s*['"]([^'"]+)['"]/gm, 'import'),
    ...find(/\bimport\(\s*['"]([^'"]+)['"]/g, 'import'),
    ...find(/\bimport\.meta\.resolve\(\s*['"]([^'"]+)['"]/g, 'resolve'),
  ];
}

function readSources(): Source[] {
  const root = fileURLToPath(new URL('../../../packages/', import.meta.url));
  return Object.keys(doors).flatMap((name) =>
    readdirSync(`${root}${name}/src`, { recursive: true, encoding: 'utf8' })
      .map((file) => `${name}/src/${file.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.ts'))
      .map((path) => ({ path, text: readFileSync(root + path, 'utf8') })),
  );
}
