import assert from 'node:assert/strict';
import { readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { test } from 'node:test';
import { NameSpace } from '@isapi-host/host/internal/name-space/name-space';
import type { Resolution } from '@isapi-host/host/internal/name-space/resolution';
import * as fc from 'fast-check';
import { listed, scriptMap, siteSettings, TempTree } from './temp-site.ts';
import { trickParts, tricks } from './tricks.ts';

/*
 * Every file that may be sent says PUBLIC; every other says SECRET: files outside the root, hidden ones, and the
 * sources of modules and scripts.
 */

const tree = new TempTree();
tree.write({
  'secret.txt': 'SECRET',
  'www-secret/secret.txt': 'SECRET',
  'extensions/ext.js': 'SECRET',
  'www/index.html': 'PUBLIC',
  'www/a.css': 'PUBLIC',
  'www/sub/b.css': 'PUBLIC',
  'www/a.css.bak/b.css': 'PUBLIC',
  'www/.env': 'SECRET',
  'www/.git/config': 'SECRET',
  'www/page.asp': 'SECRET',
  'www/sub/Page.Asp': 'SECRET',
  'www/listed.js': 'SECRET',
  'www/run.isapi.js': 'SECRET',
  'scripts/run.isapi.js': 'SECRET',
  'scripts/unlisted.isapi.ts': 'SECRET',
  'scripts/readme.txt': 'SECRET',
  'docs/manual.txt': 'PUBLIC',
  'docs/page.asp': 'SECRET',
});
tree.link({
  'www/link-file.txt': '../secret.txt',
  'www/link-up': '..',
  'www/link-root': '/',
  'www/link-source.txt': 'page.asp',
  'www/link-module.txt': 'listed.js',
  'www/link-hidden.txt': '.env',
  'docs/link-www': '../www',
});

const settings = siteSettings(tree.at('www'), {
  virtualDirectories: {
    '/scripts': { path: tree.at('scripts'), access: ['execute'] },
    '/docs': { path: tree.at('docs'), access: ['read'] },
  },
  extensions: {
    ext: listed(tree.at('extensions/ext.js'), { paths: ['/ext'] }),
    run: listed(tree.at('scripts/run.isapi.js')),
    listed: listed(tree.at('www/listed.js')),
    asp: listed('/ext/asp.js', { scriptMaps: [scriptMap('.asp', { verbs: ['GET', 'POST'] })] }),
  },
});
const names = new NameSpace(settings);

test('there are enough tricks', () => {
  assert.ok(new Set(tricks).size > 2000, `${new Set(tricks).size}`);
});

test('no trick finds a file that is not public', async () => {
  const found = await Promise.all(
    tricks.flatMap((target) =>
      ['GET', 'HEAD', 'POST'].map(async (method) => ({
        target,
        method,
        fault: faultOf(await names.resolve(target, method)),
      })),
    ),
  );

  assert.deepEqual(
    found.filter(({ fault }) => fault !== undefined),
    [],
  );
});

test('no mixture of tricks finds a file that is not public', async () => {
  const part = fc.constantFrom(...trickParts);

  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 8 }), async (parts) => {
      assert.equal(faultOf(await names.resolve(`/${parts.join('')}`, 'GET')), undefined);
    }),
    { numRuns: 3000 },
  );
});

test('what plain requests find is found, so that the tricks have something to miss', async () => {
  const kinds = [
    '/',
    '/a.css',
    '/docs/manual.txt',
    '/page.asp',
    '/scripts/run.isapi.js',
    '/ext/x',
  ].map(async (target) => (await names.resolve(target, 'GET')).kind);

  assert.deepEqual(await Promise.all(kinds), [
    'file',
    'file',
    'file',
    'extension',
    'extension',
    'extension',
  ]);
});

/** What is wrong with an answer, if anything is. */
function faultOf(resolution: Resolution): string | undefined {
  switch (resolution.kind) {
    case 'refused':
      return [400, 403, 404, 405].includes(resolution.statusCode) ? undefined : 'odd status';
    case 'redirect':
      return /^\/[!-~]*\/(?:\?[!-~]*)?$/.test(resolution.location) &&
        !/^\/[/\\]/.test(resolution.location)
        ? undefined
        : `redirects to ${resolution.location}`;
    case 'file': {
      const isPublic = readFileSync(resolution.path, 'utf8') === 'PUBLIC';
      const isInside = realpathSync(resolution.path).startsWith(resolution.root + sep);
      return isPublic && isInside ? undefined : `finds ${resolution.path}`;
    }
    case 'extension':
      return isRunnable(resolution) ? undefined : `runs ${resolution.scriptTranslated}`;
    default:
      return resolution satisfies never;
  }
}

/** Whether the extension stands in the configuration, for a script that exists where the URL says. */
function isRunnable(resolution: Resolution & { kind: 'extension' }): boolean {
  if (names.extensions.get(resolution.extension.name) !== resolution.extension) return false;
  if (resolution.via === 'path') return resolution.scriptName === '/ext';

  const scripts = ['www/page.asp', 'www/sub/Page.Asp', 'scripts/run.isapi.js'];
  return scripts.some(
    (script) => realpathSync(resolution.scriptTranslated) === join(tree.path, script),
  );
}
