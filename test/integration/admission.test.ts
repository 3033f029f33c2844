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
    fixtures: ['blocks-until-file', 'hello', 'tag'],
    pools: { default: { ...oneSession, ...pool } },
  });
  // A thread that starts slowly lets its first requests wait too long.
  while ((await fetchRaw(t, host.port, '/tag')).statusCode !== 200);
  const file = join(tempFolder(t), 'free');
  const blocked = await RawClient.connect(t, host.port);
  blocked.request(`/blocks-until-file?${encodeURIComponent(file)}`);
  assert.match(await blocked.nextHead(), /^HTTP\/1\.1 200 /);
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

test('requests that have left the queue make room in it', async (t) => {
  const host = await startBlocked(t, { maxQueue: 2, queueTimeoutMs: 300 });
  const waitTooLong = (): Promise<unknown> =>
    Promise.all([fetchRaw(t, host.port, '/hello'), fetchRaw(t, host.port, '/hello')]);

  for (let i = 0; i < 3; i += 1) await waitTooLong();

  const codes = host.logs.all.map((line) => line['errorCode']);
  assert.equal(codes.includes('ISAPI_ERR_SERVER_TOO_BUSY'), false);
  host.free();
});

test('a client that leaves the queue makes room in it', async (t) => {
  const host = await startBlocked(t, { maxQueue: 1, queueTimeoutMs: 0 });
  const left = { errorCode: 'ISAPI_ERR_CLIENT_DISCONNECTED', extension: 'hello' };
  const first = await RawClient.connect(t, host.port);
  first.request('/hello');
  const refused = await fetchRaw(t, host.port, '/hello');
  first.reset();
  await host.logs.find(left);

  const next = fetchRaw(t, host.port, '/hello');
  const again = await fetchRaw(t, host.port, '/hello');
  host.free();

  assert.deepEqual([refused.statusCode, again.statusCode], [503, 503]);
  assert.equal((await next).text, 'hello');
});

test('a full queue is shared between the extensions of a pool', async (t) => {
  const host = await startBlocked(t, { maxQueue: 4, queueTimeoutMs: 0 });
  const greedy = await Promise.all(
    Array.from({ length: 4 }, () => RawClient.connect(t, host.port)),
  );
  const answers = greedy.map((client) => client.request('/hello').next());
  assert.equal((await fetchRaw(t, host.port, '/hello')).statusCode, 503);

  const other = fetchRaw(t, host.port, '/tag');
  const displaced = await Promise.race(answers);
  host.free();

  assert.equal(displaced.statusCode, 503);
  assert.equal((await other).text, 'tag ');
  const codes = (await Promise.all(answers)).map(({ statusCode }) => statusCode);
  assert.equal(codes.filter((code) => code === 200).length, 3);
  const line = await host.logs.find({ evt: 'pool.full' });
  assert.equal(line['pool'], 'default');
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
    shutdownTimeoutMs: 0,
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

test('F88: a host above its limit of memory, which nobody recycles, refuses requests and is not ready', async (t) => {
  const admin = { enabled: true, port: 0 };
  const host = await startHost(t, { fixtures: ['hello'], rssMb: 64, admin });

  let response = await fetchRaw(t, host.port, '/hello');
  while (response.statusCode === 200) response = await fetchRaw(t, host.port, '/hello');

  assert.deepEqual([response.statusCode, response.headers['retry-after']], [503, '1']);
  const metrics = await (await fetch(`${host.adminUrl}/metrics`)).text();
  assert.match(metrics, /^isapi_faults_total\{evt="host.rss",extension="",pool=""\} 1$/m);
  assert.match(
    metrics,
    /^isapi_shed_total\{extension="hello",pool="default",code="ISAPI_ERR_HOST_MEMORY"\} [1-9]/m,
  );
  assert.match(metrics, /^isapi_shedding 1$/m);
  assert.equal((await fetch(`${host.adminUrl}/readyz`)).status, 503);
});
