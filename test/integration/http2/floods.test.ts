import assert from 'node:assert/strict';
import { constants } from 'node:http2';
import test, { type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createAuthority, issue, writeFiles } from '../../helpers/certificates.ts';
import {
  CONTINUATION,
  DATA,
  END_HEADERS,
  FrameClient,
  frame,
  get,
  headerBlock,
  HEADERS,
  PING,
  PRIORITY,
  RST_STREAM,
  SETTINGS,
  uint32,
  WINDOW_UPDATE,
} from '../../helpers/http2-frames.ts';
import { type HostProcess, startHostProcess } from '../../helpers/start-host.ts';

const CANCEL = uint32(constants.NGHTTP2_CANCEL);
/** Requests that one client gives up are below this, and those of a flood above. */
const limits = { maxStreamResets: 50 };
const timeouts = { idleMs: 600_000, headersMs: 600_000 };

const authority = await createAuthority('CN=Test CA');
const certificate = await issue(authority, 'CN=localhost');

async function start(t: TestContext): Promise<HostProcess> {
  const tls = writeFiles(t, certificate);
  const fixtures = ['hello', 'pending-forever', 'throws-after-output'];
  return startHostProcess(t, { fixtures, tls, limits, timeouts, shutdownTimeoutMs: 100 });
}

function connect(t: TestContext, { port }: HostProcess): Promise<FrameClient> {
  return FrameClient.connect(t, port, authority.cert);
}

function reset(streamId: number): Buffer {
  return frame(RST_STREAM, streamId, { payload: CANCEL });
}

/** The first `count` numbers of a client's streams. */
function streamIds(count: number): number[] {
  return Array.from({ length: count }, (_, index) => 2 * index + 1);
}

function manyOf(count: number, one: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, () => one));
}

test('a client that resets its requests is told to calm down, and closed', async (t) => {
  const host = await start(t);
  const client = await connect(t, host);

  for (const id of streamIds(51)) client.send(get('/pending-forever', id), reset(id));
  await client.closed;

  assert.equal(client.goawayCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  const { connections, remoteAddress, flood } = await host.logs.find({ evt: 'conn.flood' });
  assert.deepEqual([connections, remoteAddress, flood], [1, '127.0.0.1', 'resets']);
});

test('requests that their client resets give their places in an extension free', async (t) => {
  const host = await start(t);
  const client = await connect(t, host);
  // One thread has 64 places, and a connection 100 streams.
  for (const id of streamIds(50)) client.send(get('/pending-forever', id));
  await client.flushed();
  for (const id of streamIds(50)) client.send(reset(id));

  const others = await Promise.all(Array.from({ length: 3 }, () => connect(t, host)));
  for (const other of others) {
    for (const id of streamIds(50)) other.send(get('/pending-forever', id), reset(id));
  }
  client.send(get('/hello', 101));

  const { payload } = await client.find(DATA, 101);
  assert.equal(payload.toString(), 'hello');
  for (const { goawayCode } of [client, ...others]) assert.equal(goawayCode, undefined);
});

test('answers that the host itself cuts are not held against their client', async (t) => {
  const host = await start(t);
  const client = await connect(t, host);

  for (const id of streamIds(80)) {
    client.send(get('/throws-after-output', id));
    await client.find(RST_STREAM, id);
  }
  client.send(get('/hello', 161));

  assert.equal((await client.find(DATA, 161)).payload.toString(), 'hello');
});

test('a client whose requests are refused for their headers is told to calm down', async (t) => {
  const host = await start(t);
  const client = await connect(t, host);
  const fields = manyOf(150, Buffer.from([0x90])); // accept-encoding: gzip, deflate
  const payload = Buffer.concat([headerBlock('/hello'), fields]);

  for (const id of streamIds(60)) client.send(frame(HEADERS, id, { flags: 5, payload }));
  await client.closed;

  assert.equal(client.goawayCode, constants.NGHTTP2_ENHANCE_YOUR_CALM);
});

const oneByte = uint32(1);
for (const [what, piece] of [
  ['priorities', frame(PRIORITY, 1, { payload: Buffer.alloc(5, 1) })],
  ['updates of a window', frame(WINDOW_UPDATE, 0, { payload: oneByte })],
  ['frames that nobody knows', frame(0x77, 0, { payload: Buffer.alloc(100) })],
] as const) {
  test(`a client that sends nothing but ${what} is told to calm down, and closed`, async (t) => {
    const host = await start(t);
    const client = await connect(t, host);

    while (client.socket.writable && client.goawayCode === undefined) {
      client.send(manyOf(100, piece));
      await client.flushed();
      await setImmediate();
    }
    await client.closed;

    assert.equal((await host.logs.find({ evt: 'conn.flood' }))['flood'], 'frames');
  });
}

// Node bounds these by itself: of pings those whose answers wait.
for (const [what, first, piece] of [
  ['pings', frame(SETTINGS, 0), frame(PING, 0, { payload: Buffer.alloc(8) })],
  ['settings', frame(SETTINGS, 0), frame(SETTINGS, 0)],
  [
    'empty pieces of a body',
    frame(HEADERS, 1, { flags: END_HEADERS, payload: headerBlock('/hello', 'POST') }),
    frame(DATA, 1),
  ],
  [
    'continuations',
    frame(HEADERS, 1, { payload: headerBlock('/hello', 'POST') }),
    frame(CONTINUATION, 1),
  ],
] as const) {
  test(`a client that sends a flood of ${what} is closed`, async (t) => {
    const host = await start(t);
    const client = await connect(t, host);
    client.send(first);

    while (client.socket.writable) {
      client.send(manyOf(1000, piece));
      await client.flushed();
      await setImmediate();
    }

    await client.closed;
  });
}
