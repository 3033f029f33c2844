import assert from 'node:assert/strict';
import test from 'node:test';

import { createHost } from '@isapi-host/host';

import { closeAfter } from '../helpers/cleanup.ts';
import { fixtures } from '../helpers/fixtures.ts';

function module(name: string): { module: string } {
  return { module: `./${name}.mjs` };
}

test('a host runs one request without listening on a port', async (t) => {
  const host = await createHost(
    { extensions: { echo: { module: './echo.mjs', paths: ['/echo'] } }, log: { level: 'silent' } },
    { baseDir: fixtures },
  );
  closeAfter(t, () => host.close());

  const { statusCode, head, body } = await host.inject({
    method: 'POST',
    url: '/echo?x=1',
    header: 'Content-Type: text/plain',
    body: Buffer.from('sent'),
  });

  assert.equal(statusCode, 200);
  assert.match(head, /^HTTP\/1\.1 200 OK\r\n([\w-]+: .*\r\n)+\r\n$/);
  assert.match(Buffer.from(body).toString(), /sent/);
  assert.equal(typeof host.fastify.server.address(), 'string');
});

test('what a host finds of its extensions is told of each', async (t) => {
  const host = await createHost(
    {
      extensions: {
        hello: module('hello'),
        broken: module('top-level-throw'),
        missing: module('nix'),
        refuses: module('version-false'),
      },
      log: { level: 'silent' },
    },
    { baseDir: fixtures },
  );
  closeAfter(t, () => host.close());

  const findings = await host.inspect();

  assert.deepEqual(
    findings.map(({ extension, problem }) => [extension, problem === undefined]),
    [
      ['hello', true],
      ['broken', false],
      ['missing', false],
      ['refuses', false],
    ],
  );
});
