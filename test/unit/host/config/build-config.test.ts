import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';

import { leavesOf } from '@isapi-host/host/internal/config/origins';
import { configFrom, resolveConfig } from '@isapi-host/host/internal/config/resolve-config';
import { defineConfig } from '@isapi-host/host/internal/config/user-config';

import { folderWith } from './folder.ts';

test('paths in the file are relative to it, paths in texts to the working directory', async (t) => {
  const folder = await folderWith(t, {
    'other.json': JSON.stringify({
      site: {
        root: 'pages',
        virtualDirectories: { '/s': { path: '../s' } },
        errorPages: { 404: { file: 'e.html' }, 500: { text: 'sorry' } },
      },
      extensions: { a: { module: './a.js' }, b: { module: '/b.js' } },
    }),
  });
  const flags = { config: join(folder, 'other.json') };

  const { config, file } = await resolveConfig({ flags, env: {}, cwd: import.meta.dirname });
  const withRoot = await resolveConfig({
    flags,
    env: { ISAPI_SITE_ROOT: 'here' },
    cwd: import.meta.dirname,
  });

  assert.equal(file, flags.config);
  assert.deepEqual(config.site, {
    name: 'Default Web Site',
    root: join(folder, 'pages'),
    defaultDocuments: ['index.html'],
    virtualDirectories: { '/s': { path: join(folder, '../s'), access: ['read', 'script'] } },
    errorPages: { '404': { file: join(folder, 'e.html') }, '500': { text: 'sorry' } },
  });
  assert.deepEqual(
    Object.values(config.extensions).map(({ module }) => module),
    [join(folder, 'a.js'), '/b.js'],
  );
  assert.equal(withRoot.config.site.root, join(import.meta.dirname, 'here'));
});

test('an extension needs only its module', async () => {
  const config = await configFrom(
    defineConfig({
      extensions: {
        a: { module: 'a.js', scriptMaps: [{ suffix: '.asp', verbs: ['get'] }], wildcard: {} },
        b: { module: 'b.js' },
      },
    }),
    '/base',
  );

  assert.deepEqual(config.extensions, {
    a: {
      module: '/base/a.js',
      paths: [],
      scriptMaps: [{ suffix: '.asp', verbs: ['GET'], fileMustExist: true, pathInfo: 'full' }],
      wildcard: { under: '/', order: 0 },
      pool: 'default',
      preload: false,
    },
    b: {
      module: '/base/b.js',
      paths: [],
      scriptMaps: [],
      wildcard: undefined,
      pool: 'default',
      preload: false,
    },
  });
});

test('a config is frozen all the way down, and what it was made from is not', async () => {
  const user = { pools: { front: { env: { A: 'b' } } }, site: { defaultDocuments: ['a.html'] } };

  const config = await configFrom(user, '/base');

  assert.ok(Object.isFrozen(config.pools['front']?.env));
  assert.ok(Object.isFrozen(config.site.defaultDocuments));
  assert.ok(!Object.isFrozen(user.pools.front.env) && !Object.isFrozen(user.site.defaultDocuments));
});

test('a program that gives a wrong config is told so', async () => {
  await assert.rejects(configFrom({ listen: { port: -1 } }, '/base'), {
    code: 'ISAPI_ERR_CONFIG',
    message:
      'invalid configuration: options: listen.port is -1; expected a whole number from 0 to 65535',
  });
});

test('each leaf has an origin: of the file when the file says it', async (t) => {
  const cwd = await folderWith(t, {
    'isapi.config.json': JSON.stringify({
      site: { virtualDirectories: { '/s': { path: 's' } } },
      extensions: { a: { module: 'a.js', wildcard: { order: 2 } } },
    }),
  });

  const { config, origins } = await resolveConfig({ flags: {}, env: {}, cwd });

  assert.deepEqual(
    [...origins.keys()],
    leavesOf(config).map(({ path }) => path.join('.')),
  );
  assert.deepEqual(
    [...origins].filter(([, origin]) => origin !== 'default').map(([key]) => key),
    ['site.virtualDirectories./s.path', 'extensions.a.module', 'extensions.a.wildcard.order'],
  );
});
