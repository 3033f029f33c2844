import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost, startHostProcess } from '../helpers/start-host.ts';

const oneThread = { minThreads: 1, maxThreads: 1 };

test('a thread that exits costs its requests a 502, and the next request works', async (t) => {
  const host = await startHostProcess(t, {
    fixtures: ['exits', 'hello'],
    pools: { default: oneThread },
  });

  const response = await fetchRaw(t, host.port, '/exits');
  const next = await fetchRaw(t, host.port, '/hello');

  assert.equal(response.statusCode, 502);
  assert.equal(response.text, '{"statusCode":502,"error":"Bad Gateway"}\n');
  assert.equal(next.text, 'hello');
  const line = await host.logs.find({ msg: 'thread lost' });
  assert.equal(line.level, 50);
  assert.equal(line['exitCode'], 3);
  assert.equal(line['lost'], 1);
  const access = await host.logs.find({ msg: 'request completed', extension: 'exits' });
  assert.equal(access['errorCode'], 'ISAPI_ERR_THREAD_LOST');
});

test('a thread whose heap is full costs its requests a 502, and the next request works', async (t) => {
  const host = await startHostProcess(t, {
    fixtures: ['allocates-heap', 'hello'],
    pools: { default: { ...oneThread, heapMb: 32 } },
  });

  const response = await fetchRaw(t, host.port, '/allocates-heap');
  const next = await fetchRaw(t, host.port, '/hello');

  assert.equal(response.statusCode, 502);
  assert.equal(next.text, 'hello');
  const line = await host.logs.find({ evt: 'worker.oom' });
  assert.equal(line['errorCode'], 'ERR_WORKER_OUT_OF_MEMORY');
});

test('a module that exits while it is loaded costs a 502', async (t) => {
  const host = await startHost(t, {
    fixtures: ['top-level-exits', 'hello'],
    pools: { default: oneThread },
  });

  assert.equal((await fetchRaw(t, host.port, '/top-level-exits')).statusCode, 502);
  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
});

test('requests of other threads do not notice that one dies', async (t) => {
  const host = await startHost(t, {
    fixtures: ['exits', 'tag'],
    extensions: { exits: { module: './exits.mjs', paths: ['/exits'], pool: 'other' } },
    pools: { default: oneThread, other: oneThread },
  });

  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => [
      (await fetchRaw(t, host.port, `/tag?turns=20&id=${i}`)).text,
      (await fetchRaw(t, host.port, '/exits')).statusCode,
    ]),
  );

  assert.deepEqual(
    answers,
    Array.from({ length: 20 }, (_, i) => [`tag turns=20&id=${i}`, 502]),
  );
});

test('requests that still wait when a thread dies are answered by the next one', async (t) => {
  const host = await startHost(t, {
    fixtures: ['exits', 'tag'],
    pools: { default: { ...oneThread, sessionsPerThread: 1 } },
  });

  const answers = await Promise.all([
    ...Array.from({ length: 5 }, (_, i) => fetchRaw(t, host.port, `/tag?turns=5&id=${i}`)),
    ...Array.from({ length: 5 }, () => fetchRaw(t, host.port, '/exits')),
    ...Array.from({ length: 5 }, (_, i) => fetchRaw(t, host.port, `/tag?turns=5&id=${i + 5}`)),
  ]);

  assert.deepEqual(
    answers.filter(({ statusCode }) => statusCode === 200).map(({ text }) => text),
    Array.from({ length: 10 }, (_, i) => `tag turns=5&id=${i}`),
  );
  assert.equal(answers.filter(({ statusCode }) => statusCode === 502).length, 5);
});

test('the other sessions of a thread that dies end with it: 502, or cut off when they had begun', async (t) => {
  const host = await startHost(t, {
    fixtures: ['exits', 'heeds-its-signal', 'pending-forever'],
    pools: { default: oneThread },
  });
  const begun = await RawClient.connect(t, host.port);
  begun.request('/heeds-its-signal');
  await begun.nextHead();
  const silent = fetchRaw(t, host.port, '/pending-forever');
  await fetchRaw(t, host.port, '/heeds-its-signal?seen');

  assert.equal((await fetchRaw(t, host.port, '/exits')).statusCode, 502);

  const { rest } = await begun.untilClosed();
  assert.equal(rest.toString(), '6\r\na part\r\n');
  assert.equal((await silent).statusCode, 502);
});

test('a pool gets its threads back after each of 20 deaths', async (t) => {
  const host = await startHost(t, { fixtures: ['exits', 'hello'], pools: { default: oneThread } });

  for (let i = 0; i < 20; i += 1) {
    assert.equal((await fetchRaw(t, host.port, '/exits')).statusCode, 502);
  }

  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
});

test('with one session a thread, threads that die again and again cost their own requests only', async (t) => {
  const host = await startHost(t, {
    fixtures: ['exits', 'tag'],
    pools: { default: { minThreads: 2, maxThreads: 2, sessionsPerThread: 1 } },
  });

  await Promise.all(
    Array.from({ length: 10 }, async (_, connection) => {
      const client = await RawClient.connect(t, host.port);
      for (let i = 0; i < 20; i += 1) {
        if ((connection + i) % 10 === 0) {
          assert.equal((await client.request('/exits').next()).statusCode, 502);
        } else {
          const query = `turns=3&id=${connection}.${i}`;
          assert.equal((await client.request(`/tag?${query}`).next()).text, `tag ${query}`);
        }
      }
    }),
  );
});
