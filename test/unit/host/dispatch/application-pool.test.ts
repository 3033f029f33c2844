import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { buildHeaderBlock } from '@isapi-host/host/internal/control-block/header-block';
import type { LimitsConfig, PoolConfig } from '@isapi-host/host/internal/config/host-config';
import { Faults } from '@isapi-host/host/internal/observe/faults';
import { ApplicationPool } from '@isapi-host/host/internal/dispatch/application-pool';
import { createLogger } from '@isapi-host/host/internal/observe/logger';
import { monotonicMs, packConnection, packScript } from '@isapi-host/worker-runtime/protocol';
import { closeAfter } from '../../../helpers/cleanup.ts';
import { controlBlockInit } from '../../../helpers/control-block-init.ts';
import { FakeClient } from '../../../helpers/fake-client.ts';
import { FakeThread } from '../../../helpers/fake-thread.ts';
import { fixtures } from '../../../helpers/fixtures.ts';

const logger = await createLogger(
  { level: 'silent', format: 'json', access: false, accessFormat: 'json', accessFile: '' },
  undefined,
);

const poolConfig: PoolConfig = {
  minThreads: 1,
  maxThreads: 1,
  sessionsPerThread: 4,
  maxQueue: 100,
  queueTimeoutMs: 0,
  idleTimeoutMs: 60_000,
  heapMb: 0,
  externalMb: 0,
  loadTimeoutMs: 5000,
  requestTimeoutMs: 0,
  isolation: 'thread',
  rssMb: 0,
  pingIntervalMs: 0,
  rapidFailMax: 0,
  rapidFailWindowMs: 1,
  recycleRequests: 0,
  recycleAfterMs: 0,
  recycleAt: '',
  env: undefined,
  permissions: undefined,
};

const limits: LimitsConfig = {
  readAheadBytes: 1024,
  readTimeoutMs: 0,
  maxBodyBytes: 0,
  maxHeaderBytes: 1024,
  maxUrlBytes: 1024,
  maxHeaders: 100,
  maxConnections: 0,
  maxStreamResets: 200,
  minBytesPerSecond: 240,
};

function startPool(t: test.TestContext, config: Partial<PoolConfig> = {}): ApplicationPool {
  const { settings } = new FakeThread();
  const options = {
    name: 'test',
    generation: 1,
    config: { ...poolConfig, ...config },
    limits,
    settings,
    logger,
    faults: new Faults(logger),
  };
  const pool = new ApplicationPool(options);
  closeAfter(t, () => pool.close(monotonicMs()));
  return pool;
}

let lastConnId = 0;

/** Sends a request to an extension of the fixtures. */
function send(
  pool: ApplicationPool,
  name: string,
  { query = '', body = '', deadline = Infinity, header = '' } = {},
): { readonly client: FakeClient; readonly submission: string } {
  lastConnId += 1;
  const client = new FakeClient(lastConnId, deadline);
  const init = controlBlockInit({
    connId: lastConnId,
    module: join(fixtures, `${name}.mjs`),
    url: `/${name}?${query}`,
    totalBytes: Buffer.byteLength(body),
  });
  const parts = { script: packScript(init), connection: packConnection(init), request: init };
  const headers = buildHeaderBlock(['Host', 'test', 'X-Long', header]);
  const submission = pool.submit(client, parts, headers, [Buffer.from(body)]);
  return { client, submission };
}

test('a request that was queued is answered once, with what its extension wrote', async (t) => {
  const pool = startPool(t);

  const { client, submission } = send(pool, 'tag', { query: 'turns=3' });
  await client.finished;

  assert.equal(submission, 'queued');
  assert.deepEqual(client.events, ['answer']);
  assert.equal(client.text, 'tag turns=3');
  assert.equal(typeof client.threadId, 'number');
});

test('slots are used again, more often than there are any', async (t) => {
  const pool = startPool(t, { maxQueue: 2 });

  for (let i = 0; i < 100; i += 1) {
    const { client } = send(pool, 'tag', { query: String(i) });
    await client.finished;
    assert.equal(client.text, `tag ${i}`);
  }
});

test('a request that does not fit a slot is refused, and costs none', async (t) => {
  const pool = startPool(t, { maxQueue: 1, sessionsPerThread: 1 });
  const header = 'x'.repeat(400_000);

  const refused = Array.from({ length: 10 }, () => send(pool, 'tag', { header }).submission);
  const { client } = send(pool, 'tag', { query: 'fits' });
  await client.finished;

  assert.deepEqual(new Set(refused), new Set(['too-large']));
  assert.equal(client.text, 'tag fits');
});

test('the first request past the queue is refused, and nothing happens to it', async (t) => {
  const pool = startPool(t, { maxQueue: 3, minThreads: 0 });

  const sent = Array.from({ length: 5 }, (_, i) => send(pool, 'tag', { query: String(i) }));
  await Promise.all(sent.slice(0, 3).map(({ client }) => client.finished));

  assert.deepEqual(
    sent.map(({ submission }) => submission),
    ['queued', 'queued', 'queued', 'full', 'full'],
  );
  assert.deepEqual(sent[4]?.client.events, []);
});

test('a request that is cancelled while it waits is never run', async (t) => {
  const pool = startPool(t, { minThreads: 0 });
  const first = send(pool, 'tag', { query: 'first' });
  const second = send(pool, 'tag', { query: 'second' });

  pool.cancel(first.client, 'client-gone');
  await second.client.finished;

  assert.deepEqual(first.client.events, []);
  assert.equal(second.client.text, 'tag second');
});

test('a request that is cancelled while it runs is not answered, whatever its extension does', async (t) => {
  const pool = startPool(t);
  const { client } = send(pool, 'watches-client', { query: 'wait' });
  while (!client.events.includes('write')) await new Promise((resolve) => setImmediate(resolve));

  pool.cancel(client, 'client-gone');
  const after = send(pool, 'tag', { query: 'after' });
  await after.client.finished;

  assert.deepEqual(client.events, ['head', 'write']);
});

test('a request past its deadline is lost to it, whether it waits or runs', async (t) => {
  const pool = startPool(t, { sessionsPerThread: 1 });
  const warm = send(pool, 'tag');
  await warm.client.finished;
  const deadline = monotonicMs() + 100;
  const running = send(pool, 'pending-forever', { deadline });
  const waiting = send(pool, 'tag', { deadline });

  await Promise.all([running.client.finished, waiting.client.finished]);

  assert.deepEqual([running.client.events, waiting.client.events], [['deadline'], ['deadline']]);
});

test('requests of a thread that dies are lost with it; those that wait are not', async (t) => {
  const pool = startPool(t, { sessionsPerThread: 2 });
  const pending = send(pool, 'pending-forever');
  const exits = send(pool, 'exits');
  const waiting = Array.from({ length: 3 }, (_, i) => send(pool, 'tag', { query: String(i) }));

  await Promise.all([pending, exits, ...waiting].map(({ client }) => client.finished));

  assert.deepEqual(pending.client.events, ['thread-lost']);
  assert.deepEqual(exits.client.events, ['thread-lost']);
  assert.deepEqual(
    waiting.map(({ client }) => client.text),
    ['tag 0', 'tag 1', 'tag 2'],
  );
});

test('close lets requests end, refuses new ones, and loses what takes too long', async (t) => {
  const pool = startPool(t);
  const short = send(pool, 'tag', { query: 'turns=20' });
  const long = send(pool, 'pending-forever');
  await short.client.finished;

  const closed = pool.close(monotonicMs() + 50);
  const late = send(pool, 'tag');
  await closed;

  assert.equal(short.client.text, 'tag turns=20');
  assert.deepEqual(long.client.events, ['closing']);
  assert.equal(late.submission, 'closing');
});

test('close right after the start ends when the threads have come and gone', async (t) => {
  const pool = startPool(t, { minThreads: 2, maxThreads: 2 });

  await pool.close(monotonicMs() + 600_000);
});
