import assert from 'node:assert/strict';
import { fetchRaw } from '../helpers/raw-http.ts';
import test from 'node:test';
import isapiHost, { type IsapiHostOptions } from '@isapi-host/host/plugin';
import { fastify } from 'fastify';
import { fixtures } from '../helpers/fixtures.ts';

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

test('behind a prefix the plugin answers the URLs below it', async (t) => {
  const app = fastify();
  app.get('/hello', () => 'the application');
  await app.register(isapiHost, { ...options, prefix: '/ext' });
  t.after(() => app.close());
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);

  assert.equal((await fetchRaw(t, port, '/hello')).text, 'the application');
  assert.equal((await fetchRaw(t, port, '/elsewhere')).statusCode, 404);
});
