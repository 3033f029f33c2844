import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:http2';
import { test, type TestContext } from 'node:test';
import { createAuthority, issue, writeFiles } from '../../helpers/certificates.ts';
import { Http2Client, readAnswer } from '../../helpers/http2-client.ts';
import { startHostProcess } from '../../helpers/start-host.ts';
import { startSecureHost } from '../../helpers/secure-host.ts';

const MEBIBYTE = 1024 * 1024;
const pools = { default: { minThreads: 1, maxThreads: 2, requestTimeoutMs: 0 } };

for (const extension of ['digest', 'digest-blocking']) {
  test(`an upload of 8 MiB comes whole to ${extension}`, async (t) => {
    const { connect } = await startSecureHost(t, { fixtures: [extension] });
    const client = await connect();
    const body = randomBytes(8 * MEBIBYTE);

    const { text } = await client.fetch(`/${extension}`, { method: 'POST', body });

    assert.match(text, new RegExp(createHash('sha256').update(body).digest('hex')));
  });
}

for (const extension of ['download', 'download-blocking']) {
  test(`a download of 8 MiB comes whole from ${extension}`, async (t) => {
    const { connect } = await startSecureHost(t, { fixtures: [extension] });
    const client = await connect();

    const { body, rstCode } = await client.fetch(`/${extension}?${8 * MEBIBYTE}`);

    assert.deepEqual([body.length, rstCode], [8 * MEBIBYTE, 0]);
  });
}

test('an upload that its extension does not read waits at the client, and holds up no other', async (t) => {
  const { connect } = await startSecureHost(t, {
    fixtures: ['pending-forever', 'hello'],
    pools,
    shutdownTimeoutMs: 100,
  });
  const client = await connect();
  const upload = client.open('/pending-forever', { ':method': 'POST' });
  upload.write(Buffer.alloc(8 * MEBIBYTE));

  const answers = await Promise.all(Array.from({ length: 20 }, () => client.fetch('/hello')));

  assert.ok(answers.every(({ text }) => text === 'hello'));
  assert.ok(upload.writableLength > 0);
});

test('a body is asked for once its extension is to have it, when the client waits to be asked', async (t) => {
  const { connect } = await startSecureHost(t, { fixtures: ['echo'] });
  const client = await connect();
  const stream = client.open('/echo', { ':method': 'POST', expect: '100-continue' });
  const answer = readAnswer(stream);

  await once(stream, 'continue');
  stream.end('body');

  assert.equal((await answer).text, 'body');
});

test('a body above the limit is refused with 413, and its connection carries on', async (t) => {
  const limits = { maxBodyBytes: 1000 };
  const { connect } = await startSecureHost(t, { fixtures: ['echo', 'hello'], limits });
  const client = await connect();
  const stream = client.open('/echo', { ':method': 'POST', 'content-length': '5000000' });
  stream.write(Buffer.alloc(100_000));

  const refused = await readAnswer(stream);
  const next = await client.fetch('/hello');

  assert.deepEqual([refused.status, refused.rstCode], [413, constants.NGHTTP2_NO_ERROR]);
  assert.equal(next.text, 'hello');
});

test('a request whose client leaves in the read-ahead is never run', async (t) => {
  const authority = await createAuthority('CN=Test CA');
  const tls = writeFiles(t, await issue(authority, 'CN=localhost'));
  const host = await startHostProcess(t, { fixtures: ['echo', 'hello'], tls });
  const client = await Http2Client.connect(t, host.port, { ca: authority.cert });
  const stream = client.open('/echo', { ':method': 'POST' });
  stream.write('part');
  // By now the host has both.
  await client.fetch('/hello');

  // Not `close`: that would end the body first.
  stream.destroy(new Error('left'));

  const { threadId } = await host.logs.find({ url: '/echo', statusCode: 499 });
  assert.equal(threadId, undefined);
});

/** What `watches-client` saw of the client that left, once it has seen it. */
async function seen(client: Http2Client): Promise<unknown> {
  // What another thread has seen is no event here.
  const giveUpAt = Date.now() + 20_000;
  for (;;) {
    const { text } = await client.fetch('/watches-client?seen');
    if (text !== 'null') return JSON.parse(text);
    assert.ok(Date.now() < giveUpAt, 'the extension sees nothing');
  }
}

const onLeaving = [
  { act: 'read', outcome: 'ERROR_OPERATION_ABORTED' },
  { act: 'readSync', outcome: 'ERROR_OPERATION_ABORTED' },
  { act: 'write', outcome: 'ERROR_NETNAME_DELETED' },
  { act: 'writeSync', outcome: 'ERROR_NETNAME_DELETED' },
  { act: 'wait', outcome: 'done' },
];

const ways: Readonly<
  Record<string, (client: Http2Client, stream: ReturnType<Http2Client['open']>) => void>
> = {
  // Not `close`: that would end the body first.
  'resets its stream': (_client, stream) => stream.destroy(new Error('left')),
  'leaves with its connection': (client) => client.socket.destroy(),
};

for (const { act, outcome } of onLeaving) {
  for (const [way, leave] of Object.entries(ways)) {
    test(`a client that ${way} fires the signal of an extension, and fails its ${act}`, async (t) => {
      const { other, client, stream } = await beginTo(act, t);

      leave(client, stream);

      const {
        act: end,
        signal,
        isConnected,
        write,
      } = (await seen(other)) as Readonly<Record<string, unknown>>;
      assert.deepEqual(
        { end, signal, isConnected, write },
        {
          end: outcome,
          signal: 'ERROR_NETNAME_DELETED',
          isConnected: false,
          write: 'ERROR_NETNAME_DELETED',
        },
      );
    });
  }
}

/** A request whose extension has begun to do something, with a body that is not complete. */
async function beginTo(
  act: string,
  t: TestContext,
): Promise<{
  readonly other: Http2Client;
  readonly client: Http2Client;
  readonly stream: ReturnType<Http2Client['open']>;
}> {
  const oneThread = { default: { ...pools.default, maxThreads: 1 } };
  const { connect } = await startSecureHost(t, { fixtures: ['watches-client'], pools: oneThread });
  const client = await connect();
  const stream = client.open(`/watches-client?${act}`, { ':method': 'POST' });
  stream.write(Buffer.alloc(60_000));
  await once(stream, 'response');
  return { other: await connect(), client, stream };
}
