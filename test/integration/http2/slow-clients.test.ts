import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { constants } from 'node:http2';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createAuthority, issue, writeFiles } from '../../helpers/certificates.ts';
import {
  DATA,
  END_HEADERS,
  FrameClient,
  frame,
  get,
  headerBlock,
  HEADERS,
  PING,
  RST_STREAM,
  SETTINGS,
  uint32,
} from '../../helpers/http2-frames.ts';
import { type HostOptions, type HostProcess, startHostProcess } from '../../helpers/start-host.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const authority = await createAuthority('CN=Test CA');
const certificate = await issue(authority, 'CN=localhost');
const LONG = 600_000;

async function start(t: TestContext, timeouts: HostOptions['timeouts']): Promise<HostProcess> {
  const tls = writeFiles(t, certificate);
  const fixtures = ['hello', 'blocks-until-file', 'echo', 'download'];
  return startHostProcess(t, { fixtures, tls, timeouts, shutdownTimeoutMs: 100 });
}

function connect(t: TestContext, { port }: HostProcess): Promise<FrameClient> {
  return FrameClient.connect(t, port, authority.cert);
}

test('a connection on which nothing is ever said is closed after headersMs', async (t) => {
  const host = await start(t, { headersMs: 500, idleMs: LONG });

  const client = await FrameClient.connect(t, host.port, authority.cert, 'silent');

  await client.closed;
});

test('a connection whose first headers do not end is closed after headersMs', async (t) => {
  const host = await start(t, { headersMs: 500, idleMs: LONG });
  const client = await connect(t, host);

  client.send(frame(HEADERS, 1, { payload: headerBlock('/hello') }));

  await client.closed;
  assert.equal(client.goawayCode, constants.NGHTTP2_NO_ERROR);
});

test('a connection without a request is closed after idleMs, whatever else its client sends', async (t) => {
  const host = await start(t, { headersMs: LONG, idleMs: 100 });
  const client = await connect(t, host);
  client.send(get('/hello', 1));
  await client.find(DATA, 1);

  const pings = setInterval(() => {
    client.send(frame(PING, 0, { payload: Buffer.alloc(8) }));
  }, 10);
  t.after(() => clearInterval(pings));

  await client.closed;
  assert.equal(client.goawayCode, constants.NGHTTP2_NO_ERROR);
});

test('a connection with an open request is not idle', async (t) => {
  const file = join(tempFolder(t), 'free');
  const host = await start(t, { headersMs: LONG, idleMs: 20 });
  const client = await connect(t, host);
  client.send(get(`/blocks-until-file?${encodeURIComponent(file)}`, 1));
  await client.find(DATA, 1);

  // Others come and are closed meanwhile.
  for (let i = 0; i < 3; i += 1) {
    const other = await connect(t, host);
    other.send(get('/hello', 1));
    await other.closed;
  }
  writeFileSync(file, '');
  await client.closed;

  assert.equal(client.textOf(1), 'blocking\nfree\n');
});

test('a body that does not go on is given up with 408, and its connection carries on', async (t) => {
  const host = await start(t, { bodyMs: 100, idleMs: LONG });
  const client = await connect(t, host);
  client.send(frame(HEADERS, 1, { flags: END_HEADERS, payload: headerBlock('/echo', 'POST') }));
  client.send(frame(DATA, 1, { payload: Buffer.from('half') }));

  await host.logs.find({ url: '/echo', statusCode: 408 });
  await client.find(HEADERS, 1);
  client.send(get('/hello', 3));

  assert.equal((await client.find(DATA, 3)).payload.toString(), 'hello');
});

test('an answer that is not taken is cut and told of, and its connection carries on', async (t) => {
  const host = await start(t, { sendMs: 100, idleMs: LONG });
  const client = await connect(t, host);
  // The window of a stream: none but what the client opens it by.
  client.send(frame(SETTINGS, 0, { payload: Buffer.concat([Buffer.from([0, 4]), uint32(5)]) }));

  client.send(get('/download?1000000', 1));

  await host.logs.find({ evt: 'req.slow', remoteAddress: '127.0.0.1' });
  const { payload } = await client.find(RST_STREAM, 1);
  assert.equal(payload.readUInt32BE(), constants.NGHTTP2_INTERNAL_ERROR);
  client.send(get('/hello', 3));
  assert.equal((await client.find(DATA, 3)).payload.toString(), 'hello');
});

test('a connection whose client breaks the protocol in mid request is closed', async (t) => {
  const host = await start(t, { idleMs: LONG, bodyMs: 100, sendMs: 100 });
  const client = await connect(t, host);

  client.send(get('/hello', 1), frame(HEADERS, 2, { flags: 5, payload: headerBlock('/hello') }));

  await client.closed;
});
