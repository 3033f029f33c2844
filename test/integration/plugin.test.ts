import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import isapiHost, { type IsapiHostOptions } from '@isapi-host/host/plugin';
import { fastify, type FastifyInstance } from 'fastify';
import { fixtures } from '../helpers/fixtures.ts';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const options: IsapiHostOptions = {
  baseDir: fixtures,
  extensions: {
    hello: { module: './hello.mjs', paths: ['/hello'] },
    echo: { module: './echo.mjs', paths: ['/echo'] },
    describe: { module: './describe.mjs', paths: ['/describe'] },
    throws: { module: './throws.mjs', paths: ['/throws'] },
  },
  pools: { default: { minThreads: 1, maxThreads: 1 } },
  log: { level: 'silent' },
};

/** A Fastify application with routes of its own and the plugin. */
async function startApp(t: test.TestContext): Promise<{ app: FastifyInstance; port: number }> {
  const app = fastify();
  app.get('/own', () => ({ own: true }));
  app.post('/own', (request) => ({ got: request.body }));
  await app.register(isapiHost, options);
  t.after(() => app.close());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, port: Number(new URL(url).port) };
}

test('extensions answer beside the routes of the application', async (t) => {
  const { port } = await startApp(t);
  const client = await RawClient.connect(t, port);

  const texts = [
    (await client.request('/own').next()).text,
    (await client.request('/hello').next()).text,
    (await client.request('/own').next()).text,
  ];

  assert.deepEqual(texts, ['{"own":true}', 'hello', '{"own":true}']);
});

test("the application's own routes keep their body parsers", async (t) => {
  const { port } = await startApp(t);

  const own = await fetchRaw(t, port, '/own', {
    method: 'POST',
    headers: 'Content-Type: application/json\r\n',
    body: '{"a":1}',
  });
  const echoed = await fetchRaw(t, port, '/echo', {
    method: 'POST',
    headers: 'Content-Type: application/json\r\n',
    body: '{"a":1}',
  });

  assert.equal(own.text, '{"got":{"a":1}}');
  assert.equal(echoed.text, '{"a":1}');
});

test('a large body reaches an extension behind the plugin', async (t) => {
  const { port } = await startApp(t);
  const body = 'b'.repeat(3_000_000);

  assert.equal((await fetchRaw(t, port, '/echo', { method: 'POST', body })).text, body);
});

test('an extension that fails behind the plugin is a 500', async (t) => {
  const { port } = await startApp(t);

  assert.equal((await fetchRaw(t, port, '/throws')).statusCode, 500);
});

test('a URL that nobody answers is a 404', async (t) => {
  const { port } = await startApp(t);

  assert.equal((await fetchRaw(t, port, '/nothing-here')).statusCode, 404);
});

test('the extensions are terminated when the application closes', async (t) => {
  const file = join(tempFolder(t), 'trace');
  const app = fastify();
  await app.register(isapiHost, {
    ...options,
    extensions: { trace: { module: './trace.mjs', paths: ['/trace'] } },
    pools: { default: { minThreads: 1, maxThreads: 1, env: { TRACE_FILE: file } } },
  });
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
  await fetchRaw(t, port, '/trace?one');

  await app.close();

  assert.match(readFileSync(file, 'utf8'), /return one\n\d+ terminate 2\n\d+ terminate done\n$/);
});
