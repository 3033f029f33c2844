import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost, startHostProcess, type StartedHost } from '../helpers/start-host.ts';
import { startTraced } from '../helpers/trace.ts';

const pools = { default: { minThreads: 1, maxThreads: 1, requestTimeoutMs: 0 } };

/** What the extension saw of the client that left, once it has seen it. */
async function seen(t: test.TestContext, host: StartedHost): Promise<unknown> {
  // What another thread has seen is no event here.
  const giveUpAt = Date.now() + 10_000;
  for (;;) {
    const { text } = await fetchRaw(t, host.port, '/watches-client?seen');
    if (text !== 'null') return JSON.parse(text);
    assert.ok(Date.now() < giveUpAt, 'the extension sees nothing');
  }
}

/** Sends a request whose body is not complete, and waits until its answer has begun. */
async function begin(client: RawClient, act: string): Promise<void> {
  client.send(
    `POST /watches-client?${act} HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(100_000)}`,
  );
  await client.nextHead();
}

const whileReading = ['read', 'readSync'];
const whileWriting = ['write', 'writeSync'];

for (const act of whileReading) {
  test(`a client that leaves in mid upload fails ${act}, fires the signal and ends the connection`, async (t) => {
    const host = await startHost(t, { fixtures: ['watches-client'], pools });
    const client = await RawClient.connect(t, host.port);
    await begin(client, act);

    client.reset();

    assert.deepEqual(await seen(t, host), {
      act: 'ERROR_OPERATION_ABORTED',
      signal: 'ERROR_NETNAME_DELETED',
      isConnected: false,
      write: 'ERROR_NETNAME_DELETED',
      read: 'ERROR_OPERATION_ABORTED',
    });
  });
}

for (const act of whileWriting) {
  test(`a client that leaves in mid download fails ${act}, fires the signal and ends the connection`, async (t) => {
    const host = await startHost(t, { fixtures: ['watches-client'], pools });
    const client = await RawClient.connect(t, host.port);
    await begin(client, act);

    client.reset();

    assert.deepEqual(await seen(t, host), {
      act: 'ERROR_NETNAME_DELETED',
      signal: 'ERROR_NETNAME_DELETED',
      isConnected: false,
      write: 'ERROR_NETNAME_DELETED',
      read: 'ERROR_OPERATION_ABORTED',
    });
  });
}

test('a client that leaves while its extension waits fires the signal', async (t) => {
  const host = await startHost(t, { fixtures: ['watches-client'], pools });
  const client = await RawClient.connect(t, host.port);
  client.request('/watches-client?wait');
  await client.nextHead();

  client.reset();

  assert.deepEqual(await seen(t, host), {
    act: 'done',
    signal: 'ERROR_NETNAME_DELETED',
    isConnected: false,
    write: 'ERROR_NETNAME_DELETED',
    read: 'done',
  });
});

test('a client that ends its upload in mid body is gone', async (t) => {
  const host = await startHost(t, { fixtures: ['watches-client'], pools });
  const client = await RawClient.connect(t, host.port);
  await begin(client, 'read');

  client.socket.end();

  assert.equal(((await seen(t, host)) as { act: string }).act, 'ERROR_OPERATION_ABORTED');
});

test('a client that has sent its whole request and then its FIN gets the whole answer', async (t) => {
  const host = await startHost(t, { fixtures: ['tag', 'download'], pools });
  const slow = await RawClient.connect(t, host.port);
  const large = await RawClient.connect(t, host.port);
  slow.request('/tag?turns=200').socket.end();
  large.request('/download?3000000').socket.end();

  assert.equal((await slow.next()).text, 'tag turns=200');
  assert.equal((await large.next()).body.length, 3_000_000);
});

test('requests of a client that left are not run when they still waited behind another', async (t) => {
  const host = await startTraced(t, {}, { fixtures: ['trace', 'watches-client'] });
  const client = await RawClient.connect(t, host.port);
  client.request('/watches-client?wait').request('/trace?behind');
  await client.nextHead();
  await fetchRaw(t, host.port, '/trace?before');

  client.reset();
  await seen(t, host);
  await fetchRaw(t, host.port, '/trace?after');

  const procs = host.steps().filter(({ step }) => step.startsWith('proc'));
  assert.deepEqual(
    procs.map(({ step }) => step),
    ['proc before', 'proc after'],
  );
});

test('a client that leaves is 499 in the log, and its slot is free again', async (t) => {
  const host = await startHostProcess(t, {
    fixtures: ['watches-client'],
    pools: { default: { ...pools.default, sessionsPerThread: 1 } },
  });
  const client = await RawClient.connect(t, host.port);
  client.request('/watches-client?wait');
  await client.nextHead();

  client.reset();

  const line = await host.logs.find({ msg: 'request completed', statusCode: 499 });
  assert.equal(line['extension'], 'watches-client');
  assert.equal(line['errorCode'], 'ISAPI_ERR_CLIENT_DISCONNECTED');
  assert.ok(Number(line['threadId']) > 0 && Number(line['runMs']) > 0, JSON.stringify(line));
  assert.notEqual(await seen(t, host), null);
  assert.deepEqual(
    host.logs.all.filter(({ msg }) => msg.startsWith('thread')),
    [],
  );
});

test('a session that goes on after its client left keeps its thread until its deadline, and the next request works', async (t) => {
  const host = await startHostProcess(t, {
    fixtures: ['pending-forever', 'hello'],
    pools: { default: { ...pools.default, maxThreads: 1, requestTimeoutMs: 1500 } },
  });
  const client = await RawClient.connect(t, host.port);
  client.request('/pending-forever');
  await host.logs.find({ msg: 'extension loaded' });

  client.reset();

  // On the same thread, between the client's leaving and the deadline.
  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
  await host.logs.find({ msg: 'thread killed' });
  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
});
