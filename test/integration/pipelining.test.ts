import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { HeldRequests } from '../helpers/held-requests.ts';
import { startHost } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { startTraced } from '../helpers/trace.ts';

test('a connection has one request at a time in an extension', async (t) => {
  const host = await startTraced(t, { minThreads: 2, maxThreads: 2 });
  const client = await RawClient.connect(t, host.port);

  for (let i = 0; i < 10; i += 1) client.request(`/trace?pending${i}`);
  for (let i = 0; i < 10; i += 1) await client.next();

  const steps = host.steps().filter(({ step }) => /^(?:proc|done)/.test(step));
  assert.deepEqual(
    steps.map(({ step }) => step),
    Array.from({ length: 10 }, (_, i) => [`proc pending${i}`, `done pending${i}`]).flat(),
  );
});

test('300 requests in one write are answered in order', async (t) => {
  const host = await startHost(t, { fixtures: ['tag'] });
  const client = await RawClient.connect(t, host.port);

  client.send(
    Array.from({ length: 300 }, (_, i) => `GET /tag?${i} HTTP/1.1\r\nHost: test\r\n\r\n`).join(''),
  );

  for (let i = 0; i < 300; i += 1) assert.equal((await client.next()).text, `tag ${i}`);
});

test('extensions, files, errors and redirects of one connection are answered in order', async (t) => {
  const root = tempFolder(t);
  writeFileSync(join(root, 'page.txt'), 'a page');
  const host = await startHost(t, { fixtures: ['tag', 'throws', 'send-url'], site: { root } });
  const client = await RawClient.connect(t, host.port);
  const targets = [
    '/tag?turns=30',
    '/page.txt',
    '/throws',
    '/nothing-here',
    `/send-url?${encodeURIComponent('/page.txt')}`,
    '/tag?last',
  ];

  for (const target of [...targets, ...targets]) client.request(target);

  const expected = [200, 200, 500, 404, 200, 200];
  for (const statusCode of [...expected, ...expected]) {
    assert.equal((await client.next()).statusCode, statusCode);
  }
});

test('a request whose answer closes does not overtake those before it', async (t) => {
  const host = await startHost(t, { fixtures: ['tag'] });
  const client = await RawClient.connect(t, host.port);

  // What answers the first is asked of the file system; the second is refused at once.
  client.send('GET /nothing HTTP/1.1\r\nHost: h\r\n\r\nGET /%00 HTTP/1.1\r\nHost: h\r\n\r\n');

  assert.deepEqual(
    [(await client.next()).statusCode, (await client.next()).statusCode],
    [404, 400],
  );
  assert.equal((await client.untilClosed()).rest.length, 0);
});

test('a body and the request behind it are told apart', async (t) => {
  const host = await startHost(t, { fixtures: ['echo', 'hello'] });
  const client = await RawClient.connect(t, host.port);
  const hidden = 'GET /hidden HTTP/1.1\r\nHost: test\r\n\r\n';

  client
    .request('/hello', { method: 'POST', body: hidden })
    .request('/echo', { method: 'POST', body: hidden })
    .request('/hello');

  assert.deepEqual(
    [(await client.next()).text, (await client.next()).text, (await client.next()).text],
    ['hello', hidden, 'hello'],
  );
});

test('what comes behind an answer that closes the connection is not run', async (t) => {
  const host = await startTraced(t, {}, { fixtures: ['trace', 'respond'] });
  const client = await RawClient.connect(t, host.port);
  const answer = encodeURIComponent(JSON.stringify({ head: { keepConn: false }, writes: ['x'] }));

  client.request(`/respond?${answer}`).request('/trace?behind');
  assert.equal((await client.next()).text, 'x');
  const { rest } = await client.untilClosed();
  await fetchRaw(t, host.port, '/trace?other');

  assert.equal(rest.length, 0);
  const procs = host.steps().filter(({ step }) => step.startsWith('proc'));
  assert.deepEqual(
    procs.map(({ step }) => step),
    ['proc other'],
  );
});

test('behind a hundred requests that wait a connection is not read, and then again', async (t) => {
  const held = new HeldRequests(t);
  const host = await startHost(t, { fixtures: ['held', 'hello'] });
  const client = await RawClient.connect(t, host.port);
  client.request('/held?first');
  await held.until('first');

  // More than the buffers of both ends take.
  client.send('GET /hello HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(600_000));
  const other = await RawClient.connect(t, host.port);
  for (let i = 0; i < 500; i += 1) await other.request('/hello').next();

  assert.ok(client.socket.writableLength > 0);
  held.release('first');
  assert.equal((await client.next()).text, 'held first');
  for (let i = 0; i < 5000; i += 1) assert.equal((await client.next()).text, 'hello');
  client.reset();
});
