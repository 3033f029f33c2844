import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';

import { createHost } from '@isapi-host/host';

import { closeAfter } from '../helpers/cleanup.ts';

/** Packages of which this process has loaded CommonJS modules. */
function loadedPackages(): Set<string> {
  const files = Object.keys(createRequire(import.meta.url).cache);
  const names = files.map(
    (file) => /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1],
  );
  return new Set(names.map((name = '') => name.replace('\\', '/')));
}

// 300 files, which took 100 ms of every start.
const forLater = ['@fastify/swagger', 'yaml', 'ajv', 'prom-client', '@opentelemetry/api'];
const forSome = ['@fastify/send', 'jiti', 'pino-pretty', 'chokidar', 'msgpackr-extract'];

test('a start loads nothing that only some requests or settings need', async (t) => {
  const config = { listen: { port: 0 }, admin: { enabled: true, port: 0 } };
  const host = await createHost({ ...config, log: { level: 'silent' } });
  closeAfter(t, () => host.close());
  const { adminUrl = '' } = await host.start();

  const atStart = loadedPackages();
  await (await fetch(`${adminUrl}/metrics`)).text();
  const later = loadedPackages();

  assert.ok(atStart.has('fastify'));
  assert.deepEqual(
    [...forLater, ...forSome].filter((name) => atStart.has(name)),
    [],
  );
  assert.ok(later.has('prom-client'));
});
