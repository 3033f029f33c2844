import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NameSpace } from '@isapi-host/host/internal/name-space/name-space';
import { listed, scriptMap, siteSettings, TempTree } from './temp-site.ts';

const tree = new TempTree();
tree.write({
  'vdir/page.asp': 'script',
  'vdir/Upper.ASP': 'script',
  'vdir/page.asp.txt': 'text',
  'vdir/folder.asp/inner.asp': 'script',
  'vdir/extra.x': 'script',
  'vdir/form.two': 'script',
  'vdir/default.asp': 'script',
  'vdir/app.isapi.js': 'module',
  'vdir/plain.css': 'style',
  'read/page.asp': 'script',
  'execute/page.asp': 'script',
  'www/index.html': 'page',
  'secret/page.asp': 'script',
});
tree.link({
  'vdir/out.asp': '../secret/page.asp',
  'vdir/outside': '../secret',
  'vdir/in.asp': 'page.asp',
});

const names = new NameSpace(
  siteSettings(tree.at('www'), {
    defaultDocuments: ['index.html', 'default.asp'],
    virtualDirectories: {
      '/vdir': { path: tree.at('vdir'), access: ['read', 'script', 'execute'] },
      '/read': { path: tree.at('read'), access: ['read'] },
      '/execute': { path: tree.at('execute'), access: ['execute'] },
    },
    extensions: {
      app: listed(tree.at('vdir/app.isapi.js')),
      asp: listed('/ext/asp.js', {
        scriptMaps: [scriptMap('.asp', { verbs: ['GET', 'HEAD', 'POST'] })],
      }),
      extra: listed('/ext/extra.js', { scriptMaps: [scriptMap('.X', { pathInfo: 'extra' })] }),
      free: listed('/ext/free.js', { scriptMaps: [scriptMap('.free', { fileMustExist: false })] }),
      reader: listed('/ext/reader.js', { scriptMaps: [scriptMap('.two', { verbs: ['GET'] })] }),
      writer: listed('/ext/writer.js', {
        scriptMaps: [scriptMap('.two', { verbs: ['POST', 'PUT'] })],
      }),
    },
  }),
);

// isapi.md 7.4: what PATH_INFO is, by the way that led to the extension.
const pathInfos: readonly (readonly [
  target: string,
  scriptName: string,
  pathInfo: string,
  file: string,
])[] = [
  ['/vdir/app.isapi.js/zip', '/vdir/app.isapi.js', '/zip', 'vdir/app.isapi.js'],
  ['/vdir/page.asp', '/vdir/page.asp', '/vdir/page.asp', 'vdir/page.asp'],
  ['/vdir/page.asp/zip', '/vdir/page.asp', '/vdir/page.asp/zip', 'vdir/page.asp'],
  ['/vdir/extra.x', '/vdir/extra.x', '', 'vdir/extra.x'],
  ['/vdir/extra.x/zip', '/vdir/extra.x', '/zip', 'vdir/extra.x'],
];

for (const [target, scriptName, pathInfo, file] of pathInfos) {
  test(`PATH_INFO of ${target} is "${pathInfo}"`, async () => {
    const resolution = await names.resolve(target, 'GET');

    assert.ok(resolution.kind === 'extension');
    const { extension: _extension, ...rest } = resolution;
    const isMapped = !file.includes('.isapi.');
    assert.deepEqual(rest, {
      kind: 'extension',
      scriptName,
      pathInfo,
      pathTranslated: isMapped ? tree.at(file) : undefined,
      scriptTranslated: tree.at(file),
      via: isMapped ? 'scriptMap' : 'file',
      fullPath: target,
    });
  });
}

const scripts: readonly (readonly [
  request: string,
  extension: string,
  scriptName: string,
  pathInfo: string,
])[] = [
  ['GET /vdir/Upper.ASP', 'asp', '/vdir/Upper.ASP', '/vdir/Upper.ASP'],
  ['GET /vdir/p%61ge.asp/a%20b?x', 'asp', '/vdir/page.asp', '/vdir/page.asp/a b'],
  ['GET /vdir/page.asp/', 'asp', '/vdir/page.asp', '/vdir/page.asp/'],
  ['GET /vdir/page.asp//x', 'asp', '/vdir/page.asp', '/vdir/page.asp//x'],
  ['GET /vdir/page.asp/plain.css', 'asp', '/vdir/page.asp', '/vdir/page.asp/plain.css'],
  ['GET /vdir/page.asp/in.asp', 'asp', '/vdir/page.asp', '/vdir/page.asp/in.asp'],
  ['GET /vdir/in.asp', 'asp', '/vdir/in.asp', '/vdir/in.asp'],
  [
    'GET /vdir/folder.asp/inner.asp',
    'asp',
    '/vdir/folder.asp/inner.asp',
    '/vdir/folder.asp/inner.asp',
  ],
  ['GET /vdir/', 'asp', '/vdir/default.asp', '/vdir/default.asp'],
  ['POST /vdir/', 'asp', '/vdir/default.asp', '/vdir/default.asp'],
  ['GET /execute/page.asp', 'asp', '/execute/page.asp', '/execute/page.asp'],
  ['DELETE /vdir/extra.x/..x/.y', 'extra', '/vdir/extra.x', '/..x/.y'],
  ['GET /vdir/none.free/x', 'free', '/vdir/none.free', '/vdir/none.free/x'],
  ['GET /vdir/none.free/no.asp', 'free', '/vdir/none.free', '/vdir/none.free/no.asp'],
  ['GET /vdir/a.free/b.free/c', 'free', '/vdir/a.free/b.free', '/vdir/a.free/b.free/c'],
  ['GET /none.free', 'free', '/none.free', '/none.free'],
  ['GET /vdir/form.two', 'reader', '/vdir/form.two', '/vdir/form.two'],
  ['PUT /vdir/form.two', 'writer', '/vdir/form.two', '/vdir/form.two'],
];

for (const [request, extension, scriptName, pathInfo] of scripts) {
  test(`${request} runs ${scriptName} of ${extension}`, async () => {
    const [method = '', target = ''] = request.split(' ');

    const resolution = await names.resolve(target, method);

    assert.ok(resolution.kind === 'extension');
    assert.deepEqual(
      [resolution.extension.name, resolution.scriptName, resolution.pathInfo, resolution.via],
      [extension, scriptName, pathInfo, 'scriptMap'],
    );
  });
}

const refused: readonly (readonly [request: string, status: string, allow?: string])[] = [
  ['GET /read/page.asp', '403.1'],
  ['GET /read/missing.asp', '403.1'],
  ['GET /vdir/missing.asp', '404.0'],
  ['GET /vdir/missing.asp/zip', '404.0'],
  ['GET /vdir/plain.css/missing.asp', '404.0'],
  ['GET /vdir/plain.css/missing.free', '404.0'],
  ['PUT /vdir/page.asp', '405.0', 'GET, HEAD, POST'],
  ['get /vdir/page.asp', '405.0', 'GET, HEAD, POST'],
  ['DELETE /vdir/form.two', '405.0', 'GET, POST, PUT'],
  ['GET /vdir/out.asp', '403.0'],
  ['GET /vdir/outside/page.asp', '403.0'],
  ['GET /vdir/outside/none.free', '403.0'],
  ['GET /vdir/outside/a/b/none.free', '403.0'],
  ['GET /vdir/page.asp.', '404.5'],
  ['GET /vdir/page.asp%20', '404.5'],
  ['GET /vdir/page.asp::$DATA', '404.5'],
  ['GET /vdir/PAGE~1.ASP', '404.5'],
  ['GET /vdir/PAGE~1.free', '404.5'],
  ['GET /vdir/nul.free', '404.5'],
  ['GET /vdir/.hidden.free', '404.8'],
  ['GET /vdir/.hidden/x.free', '404.8'],
  ['GET /vdir/.asp', '404.8'],
];

for (const [request, status, allow] of refused) {
  test(`${request} is refused: ${status}`, async () => {
    const [method = '', target = ''] = request.split(' ');

    const resolution = await names.resolve(target, method);

    assert.ok(resolution.kind === 'refused');
    assert.equal(`${resolution.statusCode}.${resolution.subStatus}`, status);
    assert.equal(resolution.allow, allow);
  });
}

test('a file whose name only goes on after the suffix is static', async () => {
  assert.equal((await names.resolve('/vdir/page.asp.txt', 'GET')).kind, 'file');
});

test('a folder whose name has the suffix is a folder', async () => {
  assert.deepEqual(await names.resolve('/vdir/folder.asp', 'GET'), {
    kind: 'redirect',
    location: '/vdir/folder.asp/',
  });
});
