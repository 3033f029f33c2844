import assert from 'node:assert/strict';
import test from 'node:test';

import { checkForm } from '@isapi-host/host/internal/config/check-form';

/** What is wrong with a config: the text after the name of the file. */
function problems(content: unknown): string[] {
  const outcome = checkForm(content, 'isapi.config.ts');
  return outcome.ok ? [] : outcome.problems.map((text) => text.replace('isapi.config.ts: ', ''));
}

function extension(members: object): object {
  return { extensions: { a: { module: './a.js', ...members } } };
}

const urlPath =
  'a URL path that starts with / and does not end with it, decoded, without ?, #, // and ..';
const urlPrefix = urlPath.replace(
  'that starts with / and does not end with it',
  'below / that does not end with /',
);

const wrong: readonly (readonly [content: unknown, problem: string])[] = [
  [
    { listen: { prot: 1 } },
    'listen.prot is not a setting; did you mean port? (allowed: host, port)',
  ],
  [{ listen: { colour: 1 } }, 'listen.colour is not a setting (allowed: host, port)'],
  [{ listen: { port: '80' } }, 'listen.port is "80"; expected a whole number from 0 to 65535'],
  [{ listen: { port: null } }, 'listen.port is null; expected a whole number from 0 to 65535'],
  [{ listen: 8080 }, 'listen is 8080; expected an object with host, port'],
  [
    { log: { access: 'x'.repeat(200) } },
    `log.access is "${'x'.repeat(77)}..."; expected true or false`,
  ],
  [{ profile: 'new' }, 'profile is "new"; expected one of modern, classic'],
  [{ extensions: [] }, 'extensions is a list; expected an object of name to extension'],
  [{ extensions: { a: {} } }, 'extensions.a.module is missing; expected the path of a file'],
  [
    { extensions: { 'a.b': { module: 'x' } } },
    'extensions["a.b"] is a key that is not allowed; expected a name of letters, digits, - and _, up to 64',
  ],
  [
    extension({ path: [] }),
    'extensions.a.path is not a setting; did you mean paths? (allowed: module, paths, scriptMaps, wildcard, pool, preload)',
  ],
  [extension({ paths: '/a' }), 'extensions.a.paths is "/a"; expected a list of URL paths'],
  ...['a', '/a/', '/a//b', '/a/../b', '/a?b', '/a#b', '/%61', '/a\\b', '/a\n', ''].map(
    (path): readonly [object, string] => [
      extension({ paths: [path] }),
      `extensions.a.paths[0] is ${JSON.stringify(path)}; expected ${urlPath}`,
    ],
  ),
  [
    extension({ scriptMaps: [{ suffix: 'asp' }] }),
    'extensions.a.scriptMaps[0].suffix is "asp"; expected a file suffix with its dot, like .asp',
  ],
  [
    extension({ scriptMaps: [{ suffix: '.asp', verbs: ['GETT'] }] }),
    'extensions.a.scriptMaps[0].verbs[0] is "GETT"; expected an HTTP method, like GET or PROPFIND',
  ],
  [
    extension({ scriptMaps: [{ suffix: '.asp', pathInfo: 'half' }] }),
    'extensions.a.scriptMaps[0].pathInfo is "half"; expected full or extra',
  ],
  [
    extension({ wildcard: { order: 1.5 } }),
    'extensions.a.wildcard.order is 1.5; expected a whole number; lower comes first',
  ],
  [extension({ preload: 1 }), 'extensions.a.preload is 1; expected true or false'],
  [
    { site: { virtualDirectories: { '/': { path: 'x' } } } },
    `site.virtualDirectories["/"] is a key that is not allowed; expected ${urlPrefix}`,
  ],
  [
    { site: { virtualDirectories: { '/s': { path: 'x', access: ['exec'] } } } },
    'site.virtualDirectories["/s"].access[0] is "exec"; expected read, script or execute',
  ],
  [
    { site: { defaultDocuments: ['../x'] } },
    'site.defaultDocuments[0] is "../x"; expected the name of a file, without /',
  ],
  [
    { site: { errorPages: { '200': { text: 'x' } } } },
    'site.errorPages.200 is a key that is not allowed; expected a status from 400 to 599, or one with its sub-status, like 403.18',
  ],
  [
    { site: { errorPages: { '404': { file: 'a', text: 'b' } } } },
    'site.errorPages.404 is of type object; expected one of { file: PATH }, { url: URL of this site } and { text: TEXT }',
  ],
  [
    { site: { errorPages: { '404': { url: '//elsewhere.test/' } } } },
    'site.errorPages.404 is of type object; expected one of { file: PATH }, { url: URL of this site } and { text: TEXT }',
  ],
  [{ pools: { front: { env: { A: 1 } } } }, 'pools.front.env.A is 1; expected a text'],
  [
    { maxThreads: 4 },
    'maxThreads is not a setting; did you mean pools.*.maxThreads? (allowed: profile, strictIsapi, unlistedExtensions, cacheExtensions, watch, exposePassword, telemetry, trustProxy, shutdownTimeoutMs, rssMb, processes, supervise, hostPingIntervalMs, $schema, listen, admin, tls, site, extensions, pools, limits, timeouts, log)',
  ],
];

for (const [content, problem] of wrong) {
  test(`a config is refused because ${problem}`, () => {
    assert.deepEqual(problems(content), [problem]);
  });
}

for (const content of [undefined, null, 5, 'x', [], () => ({})]) {
  test(`a config that is ${JSON.stringify(content) ?? typeof content} is refused`, () => {
    const [problem, ...more] = problems(content);

    assert.match(String(problem), /^the config is .*; expected an object with profile, /);
    assert.deepEqual(more, []);
  });
}

test('every problem of a config is told at once', () => {
  const content = { listen: { port: -1, prot: 1 }, extensions: { a: {} }, trustProxy: 5 };

  assert.equal(problems(content).length, 4);
});

test('the whole example of the design is allowed, and undefined is as good as left out', () => {
  assert.deepEqual(
    problems({
      $schema: './schema.json',
      listen: { host: '127.0.0.1', port: 8080 },
      profile: 'modern',
      site: {
        root: './www',
        defaultDocuments: ['index.html'],
        virtualDirectories: {
          '/scripts': { path: './scripts', access: ['execute'] },
          '/docs': { path: './docs', access: ['read', 'script'] },
        },
        errorPages: {
          '404': { file: './errors/404.html' },
          '403.18': { url: '/errors/other-pool' },
        },
      },
      extensions: {
        hello: { module: './extensions/hello.js', paths: ['/hello', '/'] },
        markdown: {
          module: './extensions/markdown.ts',
          scriptMaps: [
            { suffix: '.md', verbs: ['GET', 'head'], fileMustExist: true, pathInfo: 'full' },
          ],
        },
        gate: {
          module: './extensions/gate.js',
          wildcard: { under: '/', order: 1 },
          pool: 'front',
          preload: true,
        },
      },
      unlistedExtensions: false,
      pools: {
        default: { minThreads: 1, maxThreads: 4, sessionsPerThread: 64, requestTimeoutMs: 30_000 },
        front: { maxThreads: 2, env: { MODE: 'gate' }, heapMb: undefined },
      },
      limits: undefined,
    }),
    [],
  );
});
