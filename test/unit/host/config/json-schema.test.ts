import assert from 'node:assert/strict';
import test from 'node:test';

import { Ajv } from 'ajv';

import { checkForm } from '@isapi-host/host/internal/config/check-form';
import { configJsonSchema } from '@isapi-host/host/internal/config/user-schema';

const validate = new Ajv({ strict: false }).compile(configJsonSchema());

const good: readonly object[] = [
  {},
  { $schema: './schema.json', listen: { port: 0 }, admin: { enabled: false } },
  {
    profile: 'classic',
    site: {
      root: '.',
      defaultDocuments: ['index.html'],
      virtualDirectories: { '/s': { path: 's', access: ['read', 'execute'] } },
      errorPages: { '404': { file: 'e.html' }, '403.18': { url: '/e' }, '500': { text: 'oh' } },
    },
    extensions: {
      a: {
        module: 'a.js',
        paths: ['/a'],
        scriptMaps: [{ suffix: '.asp', verbs: ['GET'], fileMustExist: true, pathInfo: 'extra' }],
        wildcard: { under: '/', order: -1 },
        pool: 'p',
        preload: true,
      },
    },
    pools: { p: { minThreads: 0, heapMb: 0, env: { MODE: 'x' } } },
    log: { level: 'warn' },
  },
];

for (const config of good) {
  test(`the JSON schema and the host take ${JSON.stringify(config)}`, () => {
    assert.equal(validate(config), true, JSON.stringify(validate.errors));
    assert.equal(checkForm(config, 'file').ok, true);
  });
}

const bad: readonly object[] = [
  { nix: 1 },
  { listen: { prt: 1 } },
  { listen: { port: 65_536 } },
  { listen: { port: '80' } },
  { profile: 'loud' },
  { extensions: { a: {} } },
  { extensions: { a: { module: 'a.js', scriptMaps: [{ suffix: '.a', pathInfo: 'none' }] } } },
  { extensions: { a: { module: 'a.js', wildcard: { order: 1.5 } } } },
  { site: { virtualDirectories: { '/s': { path: 's', access: ['write'] } } } },
  { site: { errorPages: { '404': { page: 'x' } } } },
  { pools: { p: { heapMb: 3 } } },
  { pools: { p: { env: { A: 1 } } } },
  { cacheExtensions: 'yes' },
];

for (const config of bad) {
  test(`the JSON schema and the host refuse ${JSON.stringify(config)}`, () => {
    assert.equal(validate(config), false);
    assert.equal(checkForm(config, 'file').ok, false);
  });
}
