import assert from 'node:assert/strict';
import test from 'node:test';
import type { PoolKeeper } from '@isapi-host/host';
import { hammer } from '../helpers/hammer.ts';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost, type LocalHost } from '../helpers/start-host.ts';
import { startTraced } from '../helpers/trace.ts';

function keeperOf({ host }: LocalHost, name = 'default'): PoolKeeper {
  const keeper = host.pools.get(name);
  assert.ok(keeper !== undefined);
  return keeper;
}

test('no request fails while a pool is recycled again and again under load', async (t) => {
  const host = await startHost(t, {
    fixtures: ['tag', 'echo'],
    pools: { default: { minThreads: 1, maxThreads: 2 } },
  });
  const keeper = keeperOf(host);
  const body = 'x'.repeat(60_000);
  // Every third sends a body that is longer than its read-ahead.
  const load = await hammer(t, {
    port: host.port,
    clients: 8,
    ask: (number) =>
      number % 3 === 0 ? { target: '/echo', body } : { target: `/tag?turns=${number % 20}` },
    check: (text, number) => {
      assert.equal(text, number % 3 === 0 ? body : `tag turns=${number % 20}`);
    },
  });

  for (let round = 0; round < 10; round += 1) {
    await load.more(20);
    const swap = await keeper.recycle('asked');
    assert.deepEqual(swap, { ok: true, generation: round + 2 });
  }
  await load.stop();

  assert.ok(load.answered >= 200);
  assert.equal(keeper.status().generation, 11);
});

test('a pending session ends in the threads it began in, and these terminate their extensions', async (t) => {
  const host = await startTraced(t);
  await fetchRaw(t, host.port, '/trace?first');
  const [before] = keeperOf(host).status().threads;

  const pending = fetchRaw(t, host.port, '/trace?pending');
  await host.until('proc pending');
  await keeperOf(host).recycle('asked');
  const after = await fetchRaw(t, host.port, '/trace?second');
  await host.until('terminate done');

  assert.equal((await pending).text, `thread ${before?.threadId}`);
  assert.notEqual(after.text, `thread ${before?.threadId}`);
  const old = host.steps().filter(({ thread }) => thread === before?.threadId);
  assert.deepEqual(
    old.slice(-3).map(({ step }) => step),
    ['done pending', 'terminate 2', 'terminate done'],
  );
});

for (const isolation of ['thread', 'process'] as const) {
  test(`what takes over is warm: its threads have joined and loaded what is in use (${isolation})`, async (t) => {
    const host = await startHost(t, {
      fixtures: ['tag', 'echo'],
      pools: { default: { isolation, minThreads: 2, maxThreads: 4 } },
    });
    await fetchRaw(t, host.port, '/tag?first');

    await keeperOf(host).recycle('asked');

    const before = keeperOf(host).status();
    assert.deepEqual(
      before.threads.map(({ state }) => state),
      ['idle', 'idle'],
    );
    assert.deepEqual(
      before.extensions.map(({ description }) => description),
      ['tag'],
    );
    assert.equal((await fetchRaw(t, host.port, '/tag?next')).text, 'tag next');
    const after = keeperOf(host).status();
    const threadIds = ({ threads }: typeof before): number[] =>
      threads.map(({ threadId }) => threadId);
    assert.deepEqual(threadIds(after), threadIds(before));
  });
}

test('a pool is recycled after as many requests as it is told', async (t) => {
  const host = await startHost(t, {
    fixtures: ['tag'],
    pools: { default: { minThreads: 1, maxThreads: 1, recycleRequests: 20 } },
  });
  const load = await hammer(t, {
    port: host.port,
    clients: 2,
    ask: () => ({ target: '/tag?turns=1' }),
    check: (text) => assert.equal(text, 'tag turns=1'),
  });

  while (keeperOf(host).status().generation < 3) await load.more(1);
  await load.stop();
});

test('what a pool does can be seen', async (t) => {
  const host = await startHost(t, {
    fixtures: ['pending-forever', 'tag'],
    pools: { default: { minThreads: 1, maxThreads: 1, maxQueue: 7 } },
    shutdownTimeoutMs: 0,
  });
  const keeper = keeperOf(host);
  await fetchRaw(t, host.port, '/tag?x');
  const client = await RawClient.connect(t, host.port);
  client.request('/pending-forever?y=1');
  // It runs once its extension is loaded.
  while (keeper.status().extensions.length < 2) await fetchRaw(t, host.port, '/tag?x');

  const { threads, extensions, served, ...status } = keeper.status();
  const [request] = keeper.requests();

  assert.deepEqual(status, {
    name: 'default',
    state: 'serving',
    generation: 1,
    draining: 0,
    isolation: 'thread',
    maxThreads: 1,
    maxQueue: 7,
    waiting: 0,
    inFlight: 1,
    rssMb: undefined,
    pid: undefined,
  });
  assert.deepEqual(extensions.map(({ description }) => description).toSorted(), [
    'pending-forever',
    'tag',
  ]);
  const [thread] = threads;
  assert.deepEqual(threads, [
    { threadId: thread?.threadId, state: 'busy', sessions: 1, claims: served },
  ]);
  assert.equal(request?.extension, 'pending-forever');
  assert.equal(request.url, '/pending-forever?y=1');
  assert.equal(request.threadId, thread?.threadId);
  client.reset();
});
