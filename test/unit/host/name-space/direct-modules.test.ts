import assert from 'node:assert/strict';
import { renameSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { NameSpace } from '@isapi-host/host/internal/name-space/name-space';
import { listed, siteSettings, TempTree, type SiteSettings } from './temp-site.ts';

const tree = new TempTree();
tree.write({
  'www/hello.isapi.js': 'module',
  'scripts/hello.isapi.js': 'module',
  'scripts/Typed.ISAPI.TS': 'module',
  'scripts/sub/deep.isapi.mjs': 'module',
  'scripts/other.isapi.js': 'module',
  'scripts/folder.isapi.js/hello.isapi.js': 'module',
  'scripts/home/start.isapi.js': 'module',
  'extensions/linked.js': 'module',
  'secret/evil.isapi.js': 'module',
});
tree.link({
  'scripts/linked.isapi.js': '../extensions/linked.js',
  'scripts/evil.isapi.js': '../secret/evil.isapi.js',
  'scripts/HELLO.isapi.js': 'hello.isapi.js',
  'scripts/again.isapi.js': 'other.isapi.js',
  'versions/current': '1',
});
tree.write({ 'versions/1/app.js': 'module', 'versions/2/app.js': 'module' });
tree.link({
  'scripts/app.isapi.js': '../versions/1/app.js',
  'scripts/app2.isapi.js': '../versions/2/app.js',
});

const settings: SiteSettings = siteSettings(tree.at('www'), {
  defaultDocuments: ['start.isapi.js'],
  virtualDirectories: {
    '/scripts': { path: tree.at('scripts'), access: ['execute'] },
    '/viewed': { path: tree.at('scripts'), access: ['read', 'script'] },
  },
  extensions: {
    hello: listed(tree.at('scripts/hello.isapi.js')),
    typed: listed(tree.at('scripts/Typed.ISAPI.TS')),
    deep: listed(tree.at('scripts/sub/deep.isapi.mjs'), { pool: 'deep' }),
    linked: listed(tree.at('extensions/linked.js')),
    inFolder: listed(tree.at('scripts/folder.isapi.js/hello.isapi.js')),
    home: listed(tree.at('scripts/home/start.isapi.js')),
    gone: listed(tree.at('scripts/gone.isapi.js')),
    current: listed(tree.at('versions/current/app.js')),
  },
});
const names = new NameSpace(settings);

const found: readonly (readonly [
  target: string,
  name: string,
  scriptName: string,
  pathInfo: string,
])[] = [
  ['/scripts/hello.isapi.js', 'hello', '/scripts/hello.isapi.js', ''],
  ['/scripts/hello.isapi.js?x', 'hello', '/scripts/hello.isapi.js', ''],
  ['/scripts/hello.isapi.js/', 'hello', '/scripts/hello.isapi.js', '/'],
  ['/scripts/hello.isapi.js/a%20b/.c//d:e', 'hello', '/scripts/hello.isapi.js', '/a b/.c//d:e'],
  ['/scripts/hello.isapi.js/other.isapi.js', 'hello', '/scripts/hello.isapi.js', '/other.isapi.js'],
  ['/scripts/Typed.ISAPI.TS/x', 'typed', '/scripts/Typed.ISAPI.TS', '/x'],
  ['/scripts/sub/deep.isapi.mjs/x', 'deep', '/scripts/sub/deep.isapi.mjs', '/x'],
  [
    '/scripts/folder.isapi.js/hello.isapi.js/x',
    'inFolder',
    '/scripts/folder.isapi.js/hello.isapi.js',
    '/x',
  ],
  ['/scripts/linked.isapi.js/x', 'linked', '/scripts/linked.isapi.js', '/x'],
  ['/scripts/home/', 'home', '/scripts/home/start.isapi.js', ''],
];

for (const [target, name, scriptName, pathInfo] of found) {
  test(`${target} runs ${name}, with PATH_INFO "${pathInfo}"`, async () => {
    const resolution = await names.resolve(target, 'PURGE');

    assert.deepEqual(resolution, {
      kind: 'extension',
      extension: names.extensions.get(name),
      scriptName,
      pathInfo,
      pathTranslated: undefined,
      scriptTranslated: tree.at(scriptName),
      via: 'file',
      fullPath: scriptName + pathInfo,
    });
  });
}

const refused: readonly (readonly [target: string, status: string])[] = [
  ['/hello.isapi.js', '403.1'],
  ['/viewed/hello.isapi.js', '403.1'],
  ['/viewed/hello.isapi.js/x', '403.1'],
  ['/scripts/other.isapi.js', '404.2'],
  ['/scripts/again.isapi.js', '404.2'],
  ['/scripts/evil.isapi.js', '403.0'],
  ['/scripts/HELLO.isapi.js', '404.0'],
  ['/scripts/gone.isapi.js', '403.2'],
  ['/viewed/gone.isapi.js', '404.0'],
  ['/viewed/hello.isapi.js.', '404.5'],
  ['/viewed/hello.isapi.js%20', '404.5'],
  ['/viewed/hello.isapi.js::$DATA', '404.5'],
];

for (const [target, status] of refused) {
  test(`${target} is refused: ${status}`, async () => {
    const resolution = await names.resolve(target, 'GET');

    assert.ok(resolution.kind === 'refused');
    assert.equal(`${resolution.statusCode}.${resolution.subStatus}`, status);
  });
}

test('an unlisted module runs where they are allowed, as one extension whatever its URL', async () => {
  const open = new NameSpace({ ...settings, unlistedExtensions: true });
  const entryOf = async (target: string) => {
    const resolution = await open.resolve(target, 'GET');
    assert.ok(resolution.kind === 'extension');
    return resolution.extension;
  };

  const entry = await entryOf('/scripts/other.isapi.js/x');

  assert.deepEqual(entry, {
    name: '/scripts/other.isapi.js',
    module: tree.at('scripts/other.isapi.js'),
    pool: 'default',
  });
  assert.equal(await entryOf('/scripts/other.isapi.js'), entry);
  assert.equal(await entryOf('/scripts/again.isapi.js'), entry);
  assert.equal(await entryOf('/scripts/hello.isapi.js'), open.extensions.get('hello'));
});

test('an unlisted module outside its folder does not run even where they are allowed', async () => {
  const open = new NameSpace({ ...settings, unlistedExtensions: true });

  const resolution = await open.resolve('/scripts/evil.isapi.js', 'GET');

  assert.ok(resolution.kind === 'refused' && resolution.statusCode === 403);
});

test('a listed module is found by what its path leads to now', async () => {
  const targets = ['/scripts/app.isapi.js', '/scripts/app2.isapi.js'];

  const before = await kindsOf(targets);
  symlinkSync('2', tree.at('versions/next'));
  renameSync(tree.at('versions/next'), tree.at('versions/current'));
  const after = await kindsOf(targets);

  assert.deepEqual(
    [before, after],
    [
      ['extension', 'refused'],
      ['refused', 'extension'],
    ],
  );
});

async function kindsOf(targets: readonly string[]): Promise<string[]> {
  return Promise.all(targets.map(async (target) => (await names.resolve(target, 'GET')).kind));
}
