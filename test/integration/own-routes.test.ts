import assert from 'node:assert/strict';
import test from 'node:test';

import { createHost } from '@isapi-host/host';

import { closeAfter } from '../helpers/cleanup.ts';
import { fixtures } from '../helpers/fixtures.ts';

test('a program adds routes to the host it embeds, and their schemas are checked', async (t) => {
  const extensions = { hello: { module: './hello.mjs', paths: ['/hello'] } };
  const listen = { port: 0 };
  const host = await createHost(
    { extensions, listen, log: { level: 'silent' } },
    { baseDir: fixtures },
  );
  closeAfter(t, () => host.close());
  const headers = { type: 'object', required: ['X-Key'], properties: { 'X-Key': { const: '1' } } };
  const response = { 200: { type: 'object', properties: { known: { type: 'string' } } } };
  host.fastify.get('/own', { schema: { headers, response } }, async () => ({ known: 'a', not: 1 }));
  const { url } = await host.start();

  const right = await fetch(`${url}/own`, { headers: { 'x-key': '1' } });
  const wrong = await fetch(`${url}/own`);
  const extension = await fetch(`${url}/hello`);

  assert.deepEqual([right.status, await right.json()], [200, { known: 'a' }]);
  assert.equal(wrong.status, 400);
  assert.equal(extension.status, 200);
});

test('routes that a program adds have their bodies parsed, extensions have them as they came', async (t) => {
  const extensions = { echo: { module: './echo.mjs', paths: ['/echo'] } };
  const host = await createHost(
    { extensions, listen: { port: 0 }, log: { level: 'silent' } },
    { baseDir: fixtures },
  );
  closeAfter(t, () => host.close());
  host.fastify.post('/own', (request) => ({ got: request.body }));
  const { url } = await host.start();
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };

  const own = await fetch(`${url}/own`, post);
  const echoed = await fetch(`${url}/echo`, post);

  assert.equal(await own.text(), '{"got":{"a":1}}');
  assert.equal(await echoed.text(), '{"a":1}');
});
