import assert from 'node:assert/strict';
import { sep } from 'node:path';
import { test } from 'node:test';
import {
  decodePath,
  findDirectory,
  mapUrlToPath,
  normalizeUrl,
  translatePathInfo,
  type SiteDirectory,
  type SiteTable,
} from '@isapi-host/worker-runtime/protocol';
import * as fc from 'fast-check';

const root: SiteDirectory = { url: '', path: '/srv/www', access: ['read', 'script'] };
const scripts: SiteDirectory = { url: '/scripts', path: '/srv/scripts', access: ['execute'] };
const old: SiteDirectory = { url: '/scripts/old', path: '/srv/old', access: [] };
const table: SiteTable = {
  name: 'Default Web Site',
  id: 1,
  root: root.path,
  virtualDirectories: [old, scripts],
};

const mapped: readonly (readonly [url: string, folder: string, below: string])[] = [
  // ISAPI: the example of HSE_REQ_MAP_URL_TO_PATH_EX.
  ['/scripts/a/b.txt', '/scripts', '/a/b.txt'],
  ['/scripts', '/scripts', ''],
  ['/scripts/', '/scripts', '/'],
  ['/scripts/old/x', '/scripts/old', '/x'],
  ['/scripts/older', '/scripts', '/older'],
  ['/scriptsx', '', '/scriptsx'],
  ['/Scripts/a', '', '/Scripts/a'],
  ['/', '', '/'],
  ['/a b/é', '', '/a b/é'],
  ['/a?x=/../..', '', '/a'],
  ['/%2e%2e/a', '', '/%2e%2e/a'],
  ['/a/../b/', '', '/b/'],
  ['/a/./b//c', '', '/a/b/c'],
  ['/a/..', '', '/'],
  ['/..a/...', '', '/..a/...'],
  ['/scripts/../x', '', '/x'],
  ['/x/../scripts/y', '/scripts', '/y'],
  ['/a\\b', '', '/a/b'],
];

for (const [url, folder, below] of mapped) {
  test(`${url} maps to ${below} in the folder of ${folder}/`, () => {
    const mapping = mapUrlToPath(table, url);

    const { path, access } = findDirectory(table, folder);
    assert.deepEqual(mapping, {
      path: path + below.replaceAll('/', sep),
      matchingPath: path.length,
      matchingUrl: folder.length,
      access,
    });
  });
}

test('a folder answers its URL and what is below, with case; the root answers the rest', () => {
  const urls = ['/scripts', '/scripts/old/x', '/scripts/older', '/SCRIPTS', '/'];

  assert.deepEqual(
    urls.map((url) => findDirectory(table, url)),
    [scripts, old, scripts, root, root],
  );
});

for (const url of ['', 'a', '?a', '\\a', '/..', '/../a', '/a/../../b', '/a\\..\\..\\b', '/a\0b']) {
  test(`${JSON.stringify(url)} maps to nothing`, () => {
    assert.equal(mapUrlToPath(table, url), undefined);
  });
}

test('a root that is the root of the file system maps without a second slash', () => {
  const whole: SiteTable = { ...table, root: sep, virtualDirectories: [] };

  assert.equal(mapUrlToPath(whole, '/etc/')?.path, `${sep}etc${sep}`);
  assert.equal(mapUrlToPath(whole, '/')?.path, sep);
});

test('no URL maps outside its folder', () => {
  const part = fc.constantFrom('/', '\\', '.', '..', 'a', 'scripts', 'old', '?', ' ', '%2e', 'é');

  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const mapping = mapUrlToPath(table, `/${parts.join('')}`);
      if (mapping === undefined) return;
      const folder = mapping.path.slice(0, mapping.matchingPath);
      const below = mapping.path.slice(mapping.matchingPath);
      assert.ok([root.path, scripts.path, old.path].includes(folder), mapping.path);
      assert.ok(!below.split(/[/\\]/).some((name) => name === '.' || name === '..'), mapping.path);
    }),
  );
});

test('PATH_INFO is translated as a URL of the site, an empty one to its root', () => {
  assert.deepEqual(
    ['', '/', '/scripts/x', '/what?', '/../..'].map((info) => translatePathInfo(table, info)),
    ['/srv/www', `/srv/www${sep}`, `/srv/scripts${sep}x`, `/srv/www${sep}what?`, ''],
  );
});

const decoded: readonly (readonly [raw: string, path: string | undefined])[] = [
  ['/a/b-c_d.e~f', '/a/b-c_d.e~f'],
  ["/!$&'()*+,;=:@", "/!$&'()*+,;=:@"],
  ['/a%20b', '/a b'],
  ['/%41%c3%A9%E2%82%AC', '/Aé€'],
  ['/\u00C3\u00A9', '/é'],
  ['/%252e%252e', '/%2e%2e'],
  ['/%25', '/%'],
  ['/%3Fa%23b', '/?a#b'],
  ['/%EF%BC%8E%EF%BC%8E', '/．．'],
  ['/%', undefined],
  ['/%4', undefined],
  ['/%zz', undefined],
  ['/%u002e', undefined],
  ['/%c0%af', undefined],
  ['/%c0%ae%c0%ae', undefined],
  ['/%e0%80%af', undefined],
  ['/%f0%80%80%af', undefined],
  ['/%ed%a0%80', undefined],
  ['/%ff', undefined],
  ['/\u00C0\u00AF', undefined],
  ['/\u00E9', undefined],
  ['/a%00b', undefined],
  ['/a\0b', undefined],
  ['/%0d%0a', undefined],
  ['/a\tb', undefined],
  ['/%1f', undefined],
  ['/%7F', undefined],
  ['/a%2fb', undefined],
  ['/a%2Fb', undefined],
  ['/a%5cb', undefined],
  ['/a\\b', undefined],
  ['/a#b', undefined],
  ['/\uD800', undefined],
];

for (const [raw, path] of decoded) {
  test(`${JSON.stringify(raw)} decodes to ${JSON.stringify(path) ?? 'nothing'}`, () => {
    assert.equal(decodePath(raw), path);
  });
}

test('a path decodes to what was encoded', () => {
  const segment = fc.string({ unit: 'grapheme' }).filter((text) => !/[/\\\p{Cc}]/u.test(text));

  fc.assert(
    fc.property(fc.array(segment), (segments) => {
      const raw = `/${segments.map(encodeURIComponent).join('/')}`;
      assert.equal(decodePath(raw), `/${segments.join('/')}`);
    }),
  );
});

const normalized: readonly (readonly [url: string, result: string])[] = [
  ['', ''],
  ['/', '/'],
  ['/a/b', '/a/b'],
  ['/a%20b/%c3%a9', '/a b/é'],
  ['/a\\b%5cc', '/a/b/c'],
  ['/a/./b/../c', '/a/c'],
  ['/a/%2e%2e/b', '/b'],
  ['/a%2f..%2fb', '/b'],
  ['/../../a', '/a'],
  ['/a/..', '/'],
  ['/a/.', '/a/'],
  ['//a//b/', '/a/b/'],
  ['/%252e%252e/a', '/%2e%2e/a'],
  ['/a%00b%0d\n', '/ab'],
  ['/%ff%2e%2e/a', '/%ff../a'],
  ['/a%3fb?c', '/a%3Fb?c'],
  ['/a/../b?x=/a/../%2e', '/b?x=/a/../%2e'],
  ['http://host:8080/a/../b?q', 'http://host:8080/b?q'],
  ['HTTP://..?/../a', 'HTTP://..?/../a'],
  ['a/../b', 'b'],
];

for (const [url, result] of normalized) {
  test(`${JSON.stringify(url)} is normalized to ${JSON.stringify(result)}`, () => {
    assert.equal(normalizeUrl(url), result);
  });
}

test('normalizing never makes a URL longer', () => {
  const part = fc.constantFrom(
    '/',
    '\\',
    '.',
    '..',
    'a',
    '%',
    '%2e',
    '%3f',
    '%25',
    '%ff',
    '?',
    '\n',
  );

  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const url = parts.join('');
      assert.ok(normalizeUrl(url).length <= url.length);
    }),
  );
});

test('a site table can be cloned to a thread', () => {
  assert.deepEqual(structuredClone(table), table);
});
