import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHostProcess } from '../helpers/start-host.ts';

const MIB = 1024 * 1024;
const SIZE = 64 * MIB;
const PIECE = 64 * 1024;

const host = await startHostProcess(test, {
  fixtures: [
    'digest',
    'digest-blocking',
    'download',
    'download-blocking',
    'heeds-its-signal',
    'hello',
  ],
  pools: { default: { minThreads: 2, maxThreads: 2 } },
  shutdownTimeoutMs: 100,
});

/** What the extension `download` sends, and what we upload: pieces whose bytes count. */
function* pieces(size: number): Generator<Buffer> {
  for (let at = 0; at < size; at += PIECE) {
    yield Buffer.alloc(Math.min(PIECE, size - at), (at / PIECE) % 251);
  }
}

const expected = digestOf(pieces(SIZE));

function digestOf(bytes: Iterable<Buffer>): string {
  const hash = createHash('sha256');
  for (const piece of bytes) hash.update(piece);
  return hash.digest('hex');
}

/** Sends a body as fast as it is taken. */
async function upload(client: RawClient, framed: (piece: Buffer) => Buffer): Promise<void> {
  for (const piece of pieces(SIZE)) {
    if (!client.socket.write(framed(piece))) await once(client.socket, 'drain');
  }
}

for (const name of ['digest', 'digest-blocking']) {
  test(`${name}: 64 MiB arrive as they were sent`, async (t) => {
    const client = await RawClient.connect(t, host.port);
    client.send(`POST /${name} HTTP/1.1\r\nHost: test\r\nContent-Length: ${SIZE}\r\n\r\n`);

    await upload(client, (piece) => piece);

    assert.equal((await client.next()).text, `${SIZE} ${expected}`);
  });
}

test('digest: 64 MiB in chunks arrive as they were sent', async (t) => {
  const client = await RawClient.connect(t, host.port);
  client.send('POST /digest HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n');

  await upload(client, (piece) =>
    Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
  );
  client.send('0\r\n\r\n');

  assert.equal((await client.next()).text, `${SIZE} ${expected}`);
});

for (const name of ['download', 'download-blocking']) {
  test(`${name}: 64 MiB come as they were written`, async (t) => {
    const client = await RawClient.connect(t, host.port);
    const hash = createHash('sha256');
    let bytes = 0;

    const response = await client.request(`/${name}?${SIZE}`).next({
      onBody: (piece) => {
        hash.update(piece);
        bytes += piece.length;
      },
    });

    assert.deepEqual([response.statusCode, bytes, hash.digest('hex')], [200, SIZE, expected]);
  });
}

test('a client that does not read slows its own request only, and costs no memory', async (t) => {
  const before = await host.rss();
  const slow = await RawClient.connect(t, host.port);
  slow.request(`/download?${16 * SIZE}`);
  await slow.nextHead();

  for (let i = 0; i < 3; i += 1) {
    let bytes = 0;
    const fast = await RawClient.connect(t, host.port);
    await fast.request(`/download?${SIZE}`).next({ onBody: (piece) => (bytes += piece.length) });
    assert.equal(bytes, SIZE);
    assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
  }

  const grown = (await host.rss()) - before;
  assert.ok(grown < 64 * MIB, `grown by ${Math.round(grown / MIB)} MiB`);
});

test('a body that nobody reads costs no memory', async (t) => {
  const before = await host.rss();
  const client = await RawClient.connect(t, host.port);
  client.send(`POST /heeds-its-signal HTTP/1.1\r\nHost: test\r\nContent-Length: ${SIZE}\r\n\r\n`);
  client.send(Buffer.alloc(SIZE));
  await client.nextHead();

  for (let i = 0; i < 20; i += 1) {
    assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
  }

  const grown = (await host.rss()) - before;
  assert.ok(grown < SIZE / 2, `grown by ${Math.round(grown / MIB)} MiB`);
});
