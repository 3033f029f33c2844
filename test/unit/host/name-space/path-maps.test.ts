import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NameSpace } from '@isapi-host/host/internal/name-space/name-space';
import type { Resolution } from '@isapi-host/host/internal/name-space/resolution';
import { listed, siteSettings } from './temp-site.ts';

const modules = {
  hello: listed('/ext/hello.js', { paths: ['/hello', '/a/b', '/sp ace/', '/per%63ent'] }),
  deep: listed('/ext/deep.js', { paths: ['/a/b/c/d'], pool: 'deep' }),
};

const names = new NameSpace(siteSettings('/srv/www', { extensions: modules }));

const mapped: readonly (readonly [
  target: string,
  name: 'hello' | 'deep',
  scriptName: string,
  pathInfo: string,
])[] = [
  ['/hello', 'hello', '/hello', ''],
  ['/hello?x=/../y', 'hello', '/hello', ''],
  ['/hello/', 'hello', '/hello', '/'],
  ['/hello/anything/else', 'hello', '/hello', '/anything/else'],
  ['/hello/a%20b?c', 'hello', '/hello', '/a b'],
  ['/hello/%252e%252e/x', 'hello', '/hello', '/%2e%2e/x'],
  ['/hello//x', 'hello', '/hello', '//x'],
  ['/hello/.hidden/x:y/con', 'hello', '/hello', '/.hidden/x:y/con'],
  ['/hello/a;b=c', 'hello', '/hello', '/a;b=c'],
  ['/hell%6F/x', 'hello', '/hello', '/x'],
  ['/%68ello', 'hello', '/hello', ''],
  ['http://host:8080/hello/x?y', 'hello', '/hello', '/x'],
  ['/a/b', 'hello', '/a/b', ''],
  ['/a/b/c', 'hello', '/a/b', '/c'],
  ['/a/b/c/d', 'deep', '/a/b/c/d', ''],
  ['/a/b/c/d/e', 'deep', '/a/b/c/d', '/e'],
  ['/a/b/c/dd', 'hello', '/a/b', '/c/dd'],
  ['/sp%20ace/x', 'hello', '/sp ace', '/x'],
  ['/per%2563ent', 'hello', '/per%63ent', ''],
];

for (const [target, name, scriptName, pathInfo] of mapped) {
  test(`${target} is ${scriptName} of ${name}, at once, with PATH_INFO "${pathInfo}"`, () => {
    const resolution = names.resolve(target, 'ANY');

    assert.deepEqual(resolution, {
      kind: 'extension',
      extension: names.extensions.get(name),
      scriptName,
      pathInfo,
      pathTranslated: undefined,
      scriptTranslated: modules[name].module,
      via: 'path',
      fullPath: scriptName + pathInfo,
    });
  });
}

for (const target of ['/hellox', '/Hello', '/hello;x', '/a', '/a/bc', '/per%63ent', '/x/hello']) {
  test(`${target} belongs to no path`, async () => {
    assert.equal((await names.resolve(target, 'GET')).kind, 'refused');
  });
}

test('a path in the spelling of the configuration gives the same object every time', () => {
  const first = names.resolve('/hello?1', 'GET');
  const second = names.resolve('/hello', 'POST');

  assert.equal(first, second);
  assert.ok(Object.isFrozen(first));
});

test('an extension is the same object in every resolution', () => {
  const hello = extensionOf(names.resolve('/hello', 'GET'));

  assert.equal(hello, extensionOf(names.resolve('/a/b/x', 'GET')));
  assert.equal(hello, names.extensions.get('hello'));
  assert.deepEqual(extensionOf(names.resolve('/a/b/c/d', 'GET')), {
    name: 'deep',
    module: '/ext/deep.js',
    pool: 'deep',
  });
});

test('an extension at / answers everything, with the whole path as PATH_INFO', () => {
  const all = listed('/ext/all.js', { paths: ['/'] });
  const everything = new NameSpace(siteSettings('/srv/www', { extensions: { all } }));

  const of = (target: string) => {
    const resolution = everything.resolve(target, 'GET') as Resolution;
    assert.ok(resolution.kind === 'extension');
    return [resolution.scriptName, resolution.pathInfo];
  };

  assert.deepEqual(of('/'), ['', '/']);
  assert.deepEqual(of('/x/y?z'), ['', '/x/y']);
});

const wildcards = new NameSpace(
  siteSettings('/srv/www', {
    extensions: {
      second: listed('/ext/second.js', { wildcard: { under: '/', order: 2 } }),
      gate: listed('/ext/gate.js', { wildcard: { under: '/admin/', order: 1 }, paths: ['/gate'] }),
      panel: listed('/ext/panel.js', { paths: ['/admin/panel', '/panel'] }),
    },
  }),
);

const intercepted: readonly (readonly [target: string, after: number | undefined, name: string])[] =
  [
    ['/admin', undefined, 'gate'],
    ['/admin/x', undefined, 'gate'],
    ['/admin/panel', undefined, 'gate'],
    ['/%61dmin/panel', undefined, 'gate'],
    ['/administration', undefined, 'second'],
    ['/panel', undefined, 'second'],
    ['/gate', undefined, 'second'],
    ['/admin/panel', 0, 'gate'],
    ['/admin/panel', 1, 'second'],
    ['/admin/panel', 2, 'panel'],
    ['/panel/x', 2, 'panel'],
  ];

for (const [target, afterWildcard, name] of intercepted) {
  test(`after wildcard map ${afterWildcard ?? 'none'}, ${target} goes to ${name}`, () => {
    const options = afterWildcard === undefined ? undefined : { afterWildcard };

    assert.equal(extensionOf(wildcards.resolve(target, 'GET', options)).name, name);
  });
}

test('under a wildcard map SCRIPT_NAME and PATH_INFO are both the full path', () => {
  const resolution = wildcards.resolve('/admin/a%20b?c', 'PUT');

  assert.deepEqual(resolution, {
    kind: 'extension',
    extension: wildcards.extensions.get('gate'),
    scriptName: '/admin/a b',
    pathInfo: '/admin/a b',
    pathTranslated: undefined,
    scriptTranslated: '/srv/www/admin/a b',
    via: 'wildcard',
    fullPath: '/admin/a b',
  });
});

for (const target of [
  '',
  '*',
  'hello',
  'ftp://host/hello',
  '/hello/../x',
  '/hello/.',
  '/%',
  '/a%2fb',
]) {
  test(`"${target}" is malformed, before any map is asked`, () => {
    assert.deepEqual(wildcards.resolve(target, 'GET'), {
      kind: 'refused',
      statusCode: 400,
      subStatus: 0,
      reason: 'malformed path',
    });
  });
}

function extensionOf(resolution: Resolution | Promise<Resolution>) {
  assert.ok('kind' in resolution && resolution.kind === 'extension');
  return resolution.extension;
}
