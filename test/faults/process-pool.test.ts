import assert from 'node:assert/strict';
import test from 'node:test';
import type { PoolKeeper } from '@isapi-host/host';
import { hammer } from '../helpers/hammer.ts';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import {
  type HostOptions,
  type LocalHost,
  startHost,
  startHostProcess,
} from '../helpers/start-host.ts';

const oneThread = { minThreads: 1, maxThreads: 1 } as const;
const inProcess = { ...oneThread, isolation: 'process' } as const;

/** Extensions of the pool `own`, which has a process, beside `hello` in the default pool. */
const ownPool: HostOptions = {
  fixtures: ['hello'],
  extensions: Object.fromEntries(
    ['tag', 'pending-forever', 'heap-shapes', 'holds-memory'].map((name) => [
      name,
      { module: `./${name}.mjs`, paths: [`/${name}`], pool: 'own' },
    ]),
  ),
  pools: { default: oneThread, own: inProcess },
};

function keeperOf({ host }: LocalHost): PoolKeeper {
  const keeper = host.pools.get('own');
  assert.ok(keeper !== undefined);
  return keeper;
}

/** Sends a signal to the process of the pool. */
function signal(host: LocalHost, name: NodeJS.Signals): void {
  const { pid } = keeperOf(host).status();
  assert.ok(pid !== undefined);
  process.kill(pid, name);
}

/** Settles when the pool has answered; on a slow machine the first request may be too late. */
async function untilServed(t: test.TestContext, { port }: LocalHost): Promise<void> {
  while ((await fetchRaw(t, port, '/tag?x')).text !== 'tag x');
}

/** Settles when a request of an extension runs; its process tells so four times a second. */
async function untilRunning(t: test.TestContext, host: LocalHost, url: string): Promise<RawClient> {
  const client = await RawClient.connect(t, host.port);
  client.request(url);
  const isRunning = (): boolean =>
    keeperOf(host)
      .requests()
      .some((request) => request.url === url && request.threadId !== undefined);
  while (!isRunning()) await fetchRaw(t, host.port, '/hello');
  return client;
}

for (const name of ['SIGKILL', 'SIGABRT', 'SIGSEGV'] as const) {
  test(`a pool process that ends by ${name} costs what it ran, and nothing that waited`, async (t) => {
    const host = await startHost(t, {
      ...ownPool,
      pools: { default: oneThread, own: { ...inProcess, sessionsPerThread: 1 } },
    });
    const running = await untilRunning(t, host, '/pending-forever');
    const waiting = fetchRaw(t, host.port, '/tag?waited');
    while (keeperOf(host).status().waiting === 0) await fetchRaw(t, host.port, '/hello');

    signal(host, name);

    assert.equal((await running.next()).statusCode, 502);
    assert.equal((await waiting).text, 'tag waited');
    assert.equal((await fetchRaw(t, host.port, '/tag?next')).text, 'tag next');
    assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
  });
}

test('an answer that had begun is cut off when its process ends', async (t) => {
  const host = await startHost(t, {
    extensions: { heeds: { module: './heeds-its-signal.mjs', paths: ['/heeds'], pool: 'own' } },
    pools: { default: oneThread, own: inProcess },
  });
  const client = await RawClient.connect(t, host.port);
  client.request('/heeds');
  await client.nextHead();

  signal(host, 'SIGKILL');

  const { rest } = await client.untilClosed();
  assert.doesNotMatch(rest.toString(), /0\r\n\r\n$/);
});

for (const shape of ['push', 'array', 'map']) {
  test(`a heap that is filled by the shape ${shape} costs its own pool a 502`, async (t) => {
    const host = await startHost(t, {
      ...ownPool,
      pools: { default: oneThread, own: { ...inProcess, heapMb: 64 } },
    });

    const response = await fetchRaw(t, host.port, `/heap-shapes?${shape}`);

    assert.equal(response.statusCode, 502);
    assert.equal((await fetchRaw(t, host.port, '/tag?next')).text, 'tag next');
    assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
  });
}

test('a process that takes more memory than its limit is recycled, and loses no request', async (t) => {
  const host = await startHost(t, {
    ...ownPool,
    pools: { default: oneThread, own: { ...inProcess, rssMb: 300 } },
  });
  const load = await hammer(t, {
    port: host.port,
    clients: 2,
    ask: () => ({ target: '/tag?turns=1' }),
    check: (text) => assert.equal(text, 'tag turns=1'),
  });

  assert.equal((await fetchRaw(t, host.port, '/holds-memory?290')).text, 'holds 1');
  while (keeperOf(host).status().generation === 1) await load.more(1);
  await load.stop();

  assert.equal((await fetchRaw(t, host.port, '/holds-memory?1')).text, 'holds 1');
});

test('a process far above its limit is killed', async (t) => {
  const host = await startHostProcess(t, {
    ...ownPool,
    pools: { default: oneThread, own: { ...inProcess, rssMb: 200 } },
  });

  // A session that stays open keeps the process from being recycled before it is far above.
  const pending = await RawClient.connect(t, host.port);
  pending.request('/pending-forever');
  await fetchRaw(t, host.port, '/tag?behind');
  await fetchRaw(t, host.port, '/holds-memory?600');
  const line = await host.logs.find({ evt: 'proc.rss' });

  assert.equal(line.level, 60);
  assert.equal(line['signal'], 'SIGKILL');
  assert.equal((await fetchRaw(t, host.port, '/tag?next')).text, 'tag next');
});

test('a process that stands still delays no other pool, and its requests end by their deadline', async (t) => {
  const host = await startHost(t, {
    ...ownPool,
    pools: {
      default: oneThread,
      own: {
        ...inProcess,
        sessionsPerThread: 2,
        maxQueue: 2,
        requestTimeoutMs: 3000,
        pingIntervalMs: 0,
      },
    },
  });
  await untilServed(t, host);
  signal(host, 'SIGSTOP');

  const stuck = Array.from({ length: 8 }, () => fetchRaw(t, host.port, '/tag?stuck'));
  const others = await hammer(t, {
    port: host.port,
    clients: 4,
    ask: () => ({ target: '/hello' }),
    check: (text) => assert.equal(text, 'hello'),
  });
  await others.more(100);
  await others.stop();
  const codes = (await Promise.all(stuck)).map(({ statusCode }) => statusCode);
  signal(host, 'SIGCONT');

  // Two run and two wait until the deadline; the queue has no room for the rest.
  assert.deepEqual(
    codes.toSorted((a, b) => a - b),
    [503, 503, 503, 503, 504, 504, 504, 504],
  );
  await untilServed(t, host);
});

test('a process that does not answer is killed', async (t) => {
  const host = await startHostProcess(t, {
    ...ownPool,
    pools: { default: oneThread, own: { ...inProcess, pingIntervalMs: 500 } },
  });
  await fetchRaw(t, host.port, '/tag?first');
  const { pid } = await host.logs.find({ msg: 'pool process started' });
  process.kill(Number(pid), 'SIGSTOP');

  const sent = await fetchRaw(t, host.port, '/tag?sent');
  const line = await host.logs.find({ evt: 'pool.silent' });

  // It had not begun it.
  assert.equal(sent.text, 'tag sent');
  assert.equal(line['lost'], 0);
});

test('a process ends by itself when its host is gone', async (t) => {
  const host = await startHostProcess(t, ownPool);
  await fetchRaw(t, host.port, '/tag?first');
  const { pid } = await host.logs.find({ msg: 'pool process started' });

  process.kill(host.pid, 'SIGKILL');
  await host.exited;

  const isThere = (): boolean => {
    try {
      return process.kill(Number(pid), 0);
    } catch {
      return false;
    }
  };
  // It is no child of ours: there is no event to wait for.
  while (isThere()) await new Promise((resolve) => setTimeout(resolve, 20));
});

test('a pool whose process ends too often answers 503, and no other pool does', async (t) => {
  const host = await startHost(t, {
    ...ownPool,
    pools: { default: oneThread, own: { ...inProcess, rapidFailMax: 2 } },
  });
  const first = await untilRunning(t, host, '/pending-forever?1');
  signal(host, 'SIGKILL');
  assert.equal((await first.next()).statusCode, 502);
  const second = await untilRunning(t, host, '/pending-forever?2');
  signal(host, 'SIGKILL');
  assert.equal((await second.next()).statusCode, 502);

  assert.equal((await fetchRaw(t, host.port, '/tag?x')).statusCode, 503);
  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
});

test('what waits for a pool that is disabled is refused, and costs no other process', async (t) => {
  const host = await startHost(t, {
    ...ownPool,
    pools: { default: oneThread, own: { ...inProcess, sessionsPerThread: 1, rapidFailMax: 1 } },
  });
  const running = await untilRunning(t, host, '/pending-forever');
  const waiting = [fetchRaw(t, host.port, '/tag?1'), fetchRaw(t, host.port, '/tag?2')];
  while (keeperOf(host).status().waiting < 2) await fetchRaw(t, host.port, '/hello');

  signal(host, 'SIGKILL');

  assert.equal((await running.next()).statusCode, 502);
  const codes = (await Promise.all(waiting)).map(({ statusCode }) => statusCode);
  assert.deepEqual(codes, [503, 503]);
  assert.equal(keeperOf(host).status().pid, undefined);
});

test('no request fails while a pool process is recycled again and again under load', async (t) => {
  const host = await startHost(t, ownPool);
  const load = await hammer(t, {
    port: host.port,
    clients: 8,
    ask: (number) => ({ target: `/tag?turns=${number % 20}` }),
    check: (text, number) => assert.equal(text, `tag turns=${number % 20}`),
  });

  for (let round = 0; round < 4; round += 1) {
    await load.more(20);
    assert.deepEqual(await keeperOf(host).recycle('asked'), { ok: true, generation: round + 2 });
  }
  await load.stop();
});

test('what runs in a process can be seen, with its thread', async (t) => {
  const host = await startHost(t, ownPool);
  const client = await untilRunning(t, host, '/pending-forever?seen');
  const seen = (): number | undefined => keeperOf(host).requests()[0]?.threadId;

  // Its process tells it four times a second.
  while (seen() === undefined) await fetchRaw(t, host.port, '/hello');

  const { threads, isolation } = keeperOf(host).status();
  assert.equal(isolation, 'process');
  assert.equal(seen(), threads[0]?.threadId);
  signal(host, 'SIGKILL');
  assert.equal((await client.next()).statusCode, 502);
});

test('a pool process has the environment it is given, and nothing of the host', async (t) => {
  const host = await startHost(t, {
    extensions: { env: { module: './environment.mjs', paths: ['/env'], pool: 'own' } },
    pools: { default: oneThread, own: { ...inProcess, env: { MODE: 'gate' } } },
  });

  assert.equal((await fetchRaw(t, host.port, '/env')).text, '{"MODE":"gate"}');
});

test('a pool whose process could not have the memory it asks for ends the start', async (t) => {
  const huge = { ...inProcess, maxThreads: 1000, sessionsPerThread: 1000 };

  await assert.rejects(startHost(t, { ...ownPool, pools: { default: oneThread, own: huge } }), {
    code: 'ISAPI_ERR_CONFIG',
  });
});
