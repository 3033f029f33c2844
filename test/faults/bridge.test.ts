import assert from 'node:assert/strict';
import test from 'node:test';
import { FaultHost, faultyPool } from '../helpers/fault-host.ts';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';

// An extension that gets hold of its thread's port and memory. Rows of the table in docs/reliability.md.

const host = await FaultHost.start(test, {
  pools: { pair: { ...faultyPool, minThreads: 2, maxThreads: 2, sessionsPerThread: 1 } },
  extensions: {
    forger: { module: './faulty.mjs', paths: ['/forger'], pool: 'pair' },
    victim: { module: './heeds-its-signal.mjs', paths: ['/victim'], pool: 'pair' },
  },
});
const { port } = host.host;

/** The thread is ended, maybe before the part of the answer that it wrote has left. */
async function provoke(act: string, ...events: readonly string[]): Promise<void> {
  const told = events.map((evt) => [evt, { pool: 'default' }] as const);
  await host.tells(
    told,
    async () => {
      const outcome = await host.outcome(`/faulty?${act}`);
      assert.ok(outcome === 502 || outcome === 'cut', String(outcome));
    },
    '/faulty?ok',
  );
}

test('F32 garbage in shared memory', () => provoke('ring-garbage', 'bridge.bad', 'worker.exit'));

test('F33 a session that does not exist is not heard of', async (t) => {
  await host.tells([], async () => {
    assert.equal((await fetchRaw(t, port, '/faulty?forge-own')).text, 'a part and the rest');
  });
});

test('F34 a session of another thread', async (t) => {
  const victim = await RawClient.connect(t, port);
  victim.request('/victim');
  await victim.nextHead();

  await host.tells(
    [
      ['bridge.forged', { pool: 'pair' }],
      ['worker.exit', { pool: 'pair' }],
    ],
    () => host.outcome('/forger?forge-other'),
    '/forger?ok',
  );

  assert.equal(victim.socket.readableEnded, false);
});

test('F35 more messages than anybody needs', () =>
  provoke('message-flood', 'bridge.flood', 'worker.exit'));

test('F36 messages that are none', async () => {
  await provoke('message-null', 'bridge.bad', 'worker.exit');
  await provoke('message-deep', 'bridge.bad', 'worker.exit');
});

test('F38 a port that is closed', () => provoke('close-port', 'worker.exit'));
