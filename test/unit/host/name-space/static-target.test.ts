import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { test } from 'node:test';
import { NameSpace } from '@isapi-host/host/internal/name-space/name-space';
import { listed, scriptMap, siteSettings, TempTree } from './temp-site.ts';

const tree = new TempTree();
tree.write({
  'secret.txt': 'secret',
  'www/index.html': 'home',
  'www/a.css': 'style',
  'www/a b;c=é.txt': 'text',
  'www/100%.txt': 'text',
  'www/%2e%2e': 'text',
  'www/sub/default.htm': 'sub',
  'www/both/default.htm': 'second',
  'www/both/index.html': 'first',
  'www/empty/': '',
  'www/folderish/index.html/': '',
  'www/.env': 'hidden',
  'www/.git/config': 'hidden',
  'www/..data/v.txt': 'version',
  'www/page.asp': 'script',
  'www/app.js': 'module',
  'www/app.js.map': 'module',
  'www/other.js': 'asset',
  'www/hello.isapi.js.map': 'module',
  'www/hello.isapi.bak': 'module',
  'www/docs/real.txt': 'shadowed',
  'docs/manual.txt': 'manual',
  'scripts/readme.txt': 'text',
  'nothing/readme.txt': 'text',
});
tree.link({
  'www/out.txt': '../secret.txt',
  'www/outside': '..',
  'www/absolute': '/',
  'www/loop': 'loop',
  'www/dangling': 'nowhere',
  'www/in.css': 'a.css',
  'www/v.txt': '..data/v.txt',
  'www/env.txt': '.env',
  'www/page.txt': 'page.asp',
  'www/app.txt': 'app.js',
  'www/script.js': 'app.js',
  'www/A.css': 'a.css',
  'linked-www': 'www',
});

const settings = siteSettings(tree.at('linked-www'), {
  defaultDocuments: ['index.html', 'default.htm'],
  virtualDirectories: {
    '/docs': { path: tree.at('docs'), access: ['read'] },
    '/docs/more': { path: tree.at('www/sub'), access: ['read'] },
    '/scripts': { path: tree.at('scripts'), access: ['execute'] },
    '/nothing': { path: tree.at('nothing'), access: [] },
    '/devices': { path: '/dev', access: ['read'] },
    '/missing': { path: tree.at('missing'), access: ['read'] },
    '/.well-known': { path: tree.at('docs'), access: ['read'] },
  },
  extensions: {
    app: listed(tree.at('linked-www/app.js')),
    asp: listed('/ext/asp.js', { scriptMaps: [scriptMap('.asp')] }),
  },
});
const names = new NameSpace(settings);

const files: readonly (readonly [target: string, root: string, below: string])[] = [
  ['/a.css', 'www', 'a.css'],
  ['/a.css?x=/..', 'www', 'a.css'],
  ['/in.css', 'www', 'in.css'],
  ['/v.txt', 'www', 'v.txt'],
  ['/a%20b;c=%C3%A9.txt', 'www', 'a b;c=é.txt'],
  ['/100%25.txt', 'www', '100%.txt'],
  ['/%252e%252e', 'www', '%2e%2e'],
  ['/', 'www', 'index.html'],
  ['/?x', 'www', 'index.html'],
  ['/sub/', 'www', 'sub/default.htm'],
  ['/both/', 'www', 'both/index.html'],
  ['/other.js', 'www', 'other.js'],
  ['/docs/manual.txt', 'docs', 'manual.txt'],
  ['/docs/more/', 'www/sub', 'default.htm'],
  ['/.well-known/manual.txt', 'docs', 'manual.txt'],
  ['http://host/a.css', 'www', 'a.css'],
];

for (const [target, root, below] of files) {
  test(`${target} is the file ${below} of ${root}`, async () => {
    const resolution = await names.resolve(target, 'GET');

    assert.ok(resolution.kind === 'file');
    assert.equal(resolution.path, tree.at(`${root}/${below}`));
    assert.equal(resolution.root, realpathSync(tree.at(root)));
    assert.ok(resolution.urlPath.endsWith(below.slice(below.lastIndexOf('/') + 1)));
  });
}

const redirects: readonly (readonly [target: string, location: string])[] = [
  ['/sub', '/sub/'],
  ['/sub?a=b&c=%20', '/sub/?a=b&c=%20'],
  ['/s%75b?\u00E9', '/sub/?%e9'],
  ['/docs', '/docs/'],
  ['/docs/more', '/docs/more/'],
  ['http://evil.example/sub', '/sub/'],
];

for (const [target, location] of redirects) {
  test(`${target} is a folder: ${location}`, async () => {
    assert.deepEqual(await names.resolve(target, 'HEAD'), { kind: 'redirect', location });
  });
}

const refused: readonly (readonly [request: string, status: string, allow?: string])[] = [
  ['GET /none.txt', '404.0'],
  ['GET /a.css/', '404.0'],
  ['GET /a.css/b', '404.0'],
  ['GET /a.css/index.html', '404.0'],
  ['GET /docs/real.txt', '404.0'],
  ['GET /DOCS/manual.txt', '404.0'],
  ['GET /missing', '404.0'],
  ['GET /missing/', '404.0'],
  ['GET /devices/null', '404.0'],
  ['GET /loop', '404.0'],
  ['GET /dangling', '404.0'],
  [`GET /${'x'.repeat(300)}`, '404.0'],
  [`GET /${'x/'.repeat(5000)}`, '404.0'],
  ['GET /A.css', '404.0'],
  ['POST /a.css', '405.0', 'GET, HEAD'],
  ['OPTIONS /a.css', '405.0', 'GET, HEAD'],
  ['POST /sub', '405.0', 'GET, HEAD'],
  ['POST /', '405.0', 'GET, HEAD'],
  ['POST /none.txt', '404.0'],
  ['GET /empty/', '403.14'],
  ['GET /folderish/', '403.14'],
  ['GET /scripts/readme.txt', '403.2'],
  ['GET /scripts/none.txt', '403.2'],
  ['GET /nothing/', '403.2'],
  ['GET /nothing/readme.txt', '403.2'],
  ['GET /out.txt', '403.0'],
  ['GET /outside', '403.0'],
  ['GET /outside/', '403.0'],
  ['GET /outside/secret.txt', '403.0'],
  ['GET /absolute/etc/passwd', '403.0'],
  ['GET /.env', '404.8'],
  ['GET /.git/config', '404.8'],
  ['GET /..data/v.txt', '404.8'],
  ['GET /env.txt', '404.8'],
  ['GET /page.txt', '404.7'],
  ['GET /app.js', '404.7'],
  ['HEAD /app.js', '404.7'],
  ['GET /app.js.map', '404.7'],
  ['GET /app.txt', '404.7'],
  ['GET /script.js', '404.7'],
  ['GET /hello.isapi.js.map', '404.7'],
  ['GET /hello.isapi.bak', '404.7'],
  ['GET //a.css', '404.5'],
  ['GET /docs//manual.txt', '404.5'],
  ['GET //', '404.5'],
  ['GET /a.css.', '404.5'],
  ['GET /a.css%20', '404.5'],
  ['GET /a.css::$DATA', '404.5'],
  ['GET /ACSS~1.CSS', '404.5'],
  ['GET /con', '404.5'],
  ['GET /sub/NUL.txt', '404.5'],
];

for (const [request, status, allow] of refused) {
  test(`${request.slice(0, 40)} is refused: ${status}`, async () => {
    const [method = '', target = ''] = request.split(' ');

    const resolution = await names.resolve(target, method);

    assert.ok(resolution.kind === 'refused');
    assert.equal(`${resolution.statusCode}.${resolution.subStatus}`, status);
    assert.equal(resolution.allow, allow);
  });
}

test('the table of the site has the longest virtual directory first', () => {
  const { virtualDirectories, ...rest } = names.table;

  assert.deepEqual(rest, { name: 'test site', id: 1, root: tree.at('linked-www') });
  assert.deepEqual(
    virtualDirectories.map(({ url }) => url),
    ['/.well-known', '/docs/more', '/scripts', '/nothing', '/devices', '/missing', '/docs'],
  );
});

test('a virtual directory at / stands in for the root', () => {
  const path = `${tree.at('docs')}/`;
  const moved = new NameSpace(
    siteSettings(tree.at('www'), { virtualDirectories: { '/': { path, access: ['read'] } } }),
  );

  assert.deepEqual(moved.table.virtualDirectories, [
    { url: '', path: tree.at('docs'), access: ['read'] },
  ]);
  assert.equal(moved.table.root, tree.at('docs'));
});
