import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { type HostProcess, startHost, startHostProcess } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const oneSession = { minThreads: 1, maxThreads: 1, sessionsPerThread: 1, requestTimeoutMs: 0 };

/** A host whose only thread is blocked, until `free` is called. */
async function startBlocked(
  t: test.TestContext,
  pool: { maxQueue: number; queueTimeoutMs: number },
): Promise<HostProcess & { free(): void }> {
  const host = await startHostProcess(t, {
    fixtures: ['blocks-until-file', 'hello'],
    pools: { default: { ...oneSession, ...pool } },
  });
  const file = join(tempFolder(t), 'free');
  const blocked = await RawClient.connect(t, host.port);
  blocked.request(`/blocks-until-file?${encodeURIComponent(file)}`);
  await blocked.nextHead();
  return { ...host, free: () => writeFileSync(file, '') };
}

test('a request that finds the queue full gets 503 with Retry-After, and those in the queue are answered', async (t) => {
  const host = await startBlocked(t, { maxQueue: 2, queueTimeoutMs: 0 });
  const clients = await Promise.all(
    Array.from({ length: 5 }, () => RawClient.connect(t, host.port)),
  );

  const answers = clients.map((client) => client.request('/hello').next());
  await host.logs.find({ errorCode: 'ISAPI_ERR_SERVER_TOO_BUSY' });
  const refused = await Promise.race(answers);
  host.free();

  assert.equal(refused.statusCode, 503);
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal(refused.text, '{"statusCode":503,"error":"Service Unavailable"}\n');
  const codes = (await Promise.all(answers)).map(({ statusCode }) => statusCode);
  assert.equal(codes.filter((code) => code === 503).length, 3);
  assert.equal(codes.filter((code) => code === 200).length, 2);
});

test('a request that waits too long for a thread gets 503 with Retry-After, and is never run', async (t) => {
  const host = await startBlocked(t, { maxQueue: 10, queueTimeoutMs: 500 });

  const response = await fetchRaw(t, host.port, '/hello');

  assert.equal(response.statusCode, 503);
  assert.equal(response.headers['retry-after'], '1');
  const line = await host.logs.find({ errorCode: 'ISAPI_ERR_QUEUE_TIMEOUT' });
  assert.equal(line['url'], '/hello');
  host.free();
  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
  const runs = host.logs.all.filter((entry) => entry['extension'] === 'hello');
  assert.deepEqual(
    runs.map((entry) => entry['statusCode']),
    [503],
  );
});

test('the connection of a request that was refused stays open for the next one', async (t) => {
  const host = await startBlocked(t, { maxQueue: 10, queueTimeoutMs: 500 });
  const client = await RawClient.connect(t, host.port);

  const first = await client.request('/hello').next();
  host.free();
  const second = await client.request('/hello').next();

  assert.deepEqual([first.statusCode, second.statusCode], [503, 200]);
});

test('a request that was refused has its body read, so that the next one is understood', async (t) => {
  const host = await startBlocked(t, { maxQueue: 10, queueTimeoutMs: 500 });
  const client = await RawClient.connect(t, host.port);

  const first = await client.request('/hello', { method: 'POST', body: 'x'.repeat(60_000) }).next();
  host.free();
  const second = await client.request('/hello').next();

  assert.deepEqual([first.statusCode, second.statusCode], [503, 200]);
});

test('pools have queues of their own', async (t) => {
  const host = await startHost(t, {
    fixtures: ['pending-forever'],
    extensions: { hello: { module: './hello.mjs', paths: ['/hello'], pool: 'other' } },
    pools: { default: { ...oneSession, maxQueue: 1 }, other: oneSession },
  });
  for (let i = 0; i < 5; i += 1) {
    (await RawClient.connect(t, host.port)).request('/pending-forever');
  }

  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
});

test('a pool without a queue serves requests while a thread is free', async (t) => {
  const host = await startHost(t, {
    fixtures: ['hello'],
    pools: { default: { minThreads: 1, maxThreads: 1, maxQueue: 0 } },
  });

  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
});
