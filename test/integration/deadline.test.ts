import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost, startHostProcess } from '../helpers/start-host.ts';

const pools = { default: { minThreads: 1, maxThreads: 1, requestTimeoutMs: 200 } };

for (const name of [
  'never-settles',
  'pending-forever',
  'loops',
  'blocks-in-atomics',
  'top-level-loops',
]) {
  test(`${name}: the client gets 504 at the deadline, and the next request works`, async (t) => {
    const host = await startHost(t, { fixtures: [name, 'hello'], pools });

    const response = await fetchRaw(t, host.port, `/${name}`);

    assert.equal(response.statusCode, 504);
    assert.equal(response.text, '{"statusCode":504,"error":"Gateway Timeout"}\n');
    // A thread that hangs is replaced after a grace; until then a request may reach its own deadline.
    let next = await fetchRaw(t, host.port, '/hello');
    for (let i = 0; i < 30 && next.statusCode === 504; i += 1) {
      next = await fetchRaw(t, host.port, '/hello');
    }
    assert.equal(next.text, 'hello');
  });
}

test('the operator is told which thread was killed, and the access line says why', async (t) => {
  const host = await startHostProcess(t, { fixtures: ['loops', 'hello'], pools });
  // What waits for the first thread past its deadline never reaches the loop.
  while ((await fetchRaw(t, host.port, '/hello')).statusCode !== 200);

  await fetchRaw(t, host.port, '/loops');

  const access = await host.logs.find({ msg: 'request completed', extension: 'loops' });
  assert.equal(access['statusCode'], 504);
  assert.equal(access['errorCode'], 'ISAPI_ERR_REQUEST_TIMEOUT');
  const killed = await host.logs.find({ msg: 'thread killed' });
  const lost = await host.logs.find({ msg: 'thread lost' });
  assert.equal(lost['threadId'], killed['threadId']);
});

test('at the deadline an answer that had begun is cut off, and a session that heeds its signal keeps its thread', async (t) => {
  const host = await startHost(t, {
    fixtures: ['heeds-its-signal'],
    pools: { default: { minThreads: 1, maxThreads: 1, requestTimeoutMs: 1000 } },
  });
  const client = await RawClient.connect(t, host.port);
  assert.equal((await client.request('/heeds-its-signal?seen').next()).text, 'nothing');

  await assert.rejects(client.request('/heeds-its-signal').next(), {
    name: 'CutError',
    received: /a part/,
  });

  const { text } = await fetchRaw(t, host.port, '/heeds-its-signal?seen');
  assert.equal(text, 'ERROR_TIMEOUT, connected: false');
});

test('an answer without a length that is cut off at the deadline is reset: its end would look clean', async (t) => {
  const host = await startHost(t, {
    fixtures: ['heeds-its-signal'],
    pools: { default: { minThreads: 1, maxThreads: 1, requestTimeoutMs: 1000 } },
  });
  await fetchRaw(t, host.port, '/heeds-its-signal?seen');
  const client = await RawClient.connect(t, host.port);

  await assert.rejects(client.send('GET /heeds-its-signal HTTP/1.0\r\n\r\n').next(), {
    name: 'CutError',
    by: 'reset',
    received: /\r\n\r\na part$/,
  });
});

test('a pool without a deadline lets a session take its time', async (t) => {
  const host = await startHost(t, {
    fixtures: ['tag'],
    pools: { default: { minThreads: 1, maxThreads: 1, requestTimeoutMs: 0 } },
  });

  assert.equal((await fetchRaw(t, host.port, '/tag?turns=5000')).statusCode, 200);
});
