import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'node:test';
import { HeldRequests } from '../helpers/held-requests.ts';
import { RawClient } from '../helpers/raw-http.ts';
import { closeAfter } from '../helpers/cleanup.ts';
import { startHost } from '../helpers/start-host.ts';

// Rows F28, F57, F59 and F71 of the fault matrix.

const HOUR_MS = 3_600_000;

const host = await startHost(test, {
  fixtures: ['hello', 'held', 'echo'],
  limits: { maxBodyBytes: 1_000_000 },
  timeouts: { idleMs: HOUR_MS },
});

/** What an HTTP/1.1 client sends for a URL. */
function get(target: string): string {
  return `GET ${target} HTTP/1.1\r\nHost: h\r\n\r\n`;
}

for (const [what, target, announced, sent, statusCode] of [
  ['is too large', '/echo', 2_000_000, 30_000, 413],
  ['nobody asked for', '/nowhere', 300_000, 30_000, 404],
  ['its extension does not read', '/hello', 300_000, 80_000, 200],
] as const) {
  test(`a client that still sends a body that ${what} can read its answer, and sees an end and no reset`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    client.send(`POST ${target} HTTP/1.1\r\nHost: h\r\nContent-Length: ${announced}\r\n\r\n`);
    client.send('x'.repeat(sent));
    const response = await client.next();

    assert.deepEqual([response.statusCode, response.headers['connection']], [statusCode, 'close']);
    assert.deepEqual(await client.untilClosed(), { rest: Buffer.alloc(0), by: 'end' });
  });
}

test('a client that never stops sending a body that nobody reads is cut off', async (t) => {
  const client = await RawClient.connect(t, host.port);
  client.send(`POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: ${2 ** 40}\r\n\r\n`);
  await client.next();
  // A client that does not close when the server does.
  client.socket.allowHalfOpen = true;

  const send = (): void => {
    while (!client.socket.destroyed && client.socket.write(Buffer.alloc(65_536)));
  };
  client.socket.on('drain', send);
  send();

  assert.equal((await client.untilClosed()).rest.length, 0);
});

test('bytes behind a request that says it is the last change nothing about its answer', async (t) => {
  const client = await RawClient.connect(t, host.port);

  client.send(`GET /hello HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n${get('/hello')}garbage`);

  assert.equal((await client.next()).text, 'hello');
  assert.deepEqual(await client.untilClosed(), { rest: Buffer.alloc(0), by: 'end' });
});

for (const [what, behind, statusCode] of [
  ['bytes that are no request', 'garbage\r\n\r\n', 400],
  ['CONNECT', 'CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n', 405],
  ['a head that is too large', `GET / HTTP/1.1\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
] as const) {
  test(`${what} behind two requests: these are answered, then the error, once`, async (t) => {
    const held = new HeldRequests(t);
    const client = await RawClient.connect(t, host.port);
    const name = `before-${statusCode}`;

    client.send(get(`/held?${name}`) + get('/hello') + behind);
    await held.until(name);
    client.send(`${behind}${behind}`);
    held.release(name);

    const answers = [await client.next(), await client.next(), await client.next()];
    assert.deepEqual(
      answers.map((answer) => [answer.statusCode, answer.headers['connection']]),
      [
        [200, 'keep-alive'],
        [200, 'keep-alive'],
        [statusCode, 'close'],
      ],
    );
    assert.equal((await client.untilClosed()).rest.length, 0);
  });
}

test('a client that leaves after CONNECT harms nobody', async (t) => {
  const held = new HeldRequests(t);
  const client = await RawClient.connect(t, host.port);
  const other = await RawClient.connect(t, host.port);
  client.send(`${get('/held?connect')}CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n`);
  await held.until('connect');

  client.reset();

  assert.equal((await other.request('/hello').next()).text, 'hello');
  held.release('connect');
  assert.equal((await other.request('/hello').next()).text, 'hello');
});

test('a request that is not whole behind another one is answered in its turn', async (t) => {
  const held = new HeldRequests(t);
  const client = await RawClient.connect(t, host.port);
  const chunked = 'POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nno size';

  client.send(get('/held?first') + chunked);
  await held.until('first');
  held.release('first');

  assert.equal((await client.next()).text, 'held first');
  assert.equal((await client.next()).statusCode, 400);
  assert.equal((await client.untilClosed()).rest.length, 0);
});

test('the connection of a client that sent its end closes once all its requests are answered', async (t) => {
  const held = new HeldRequests(t);
  const client = await RawClient.connect(t, host.port);

  client.send(get('/held?half') + get('/hello') + get('/hello')).socket.end();
  await held.until('half');
  held.release('half');

  const texts = [await client.next(), await client.next(), await client.next()];
  assert.deepEqual(
    texts.map(({ text }) => text),
    ['held half', 'hello', 'hello'],
  );
  assert.equal((await client.untilClosed()).rest.length, 0);
});

test('an answer that is given while the host closes says that the connection closes, the last one of it', async (t) => {
  const closing = await startHost(t, { fixtures: ['held', 'hello'] });
  const held = new HeldRequests(t);
  const client = await RawClient.connect(t, closing.port);
  client.send(get('/held?closing') + get('/hello'));
  await held.until('closing');

  const closed = closing.close();
  held.release('closing');

  const answers = [await client.next(), await client.next()];
  assert.deepEqual(
    answers.map(({ headers }) => headers['connection']),
    ['keep-alive', 'close'],
  );
  assert.equal((await client.untilClosed()).rest.length, 0);
  await closed;
});

test('a client that has begun a request and does not go on gets 408', async (t) => {
  // Node counts from the connection on; a request that is whole must be in time on a slow machine too.
  const slow = await startHost(t, { fixtures: ['held'], timeouts: { headersMs: 2000 } });
  const held = new HeldRequests(t);
  const client = await RawClient.connect(t, slow.port);
  const behind = await RawClient.connect(t, slow.port);

  client.send('GET /held HTTP/1.1\r\nHost');
  behind.send(`${get('/held?slow')}GET /he`);
  await held.until('slow');
  const early = await client.next();
  held.release('slow');

  assert.deepEqual([early.statusCode, early.headers['connection']], [408, 'close']);
  assert.equal((await client.untilClosed()).rest.length, 0);
  assert.deepEqual(
    [(await behind.next()).statusCode, (await behind.next()).statusCode],
    [200, 408],
  );
  assert.equal((await behind.untilClosed()).rest.length, 0);
});

test('a client that sends nothing at all is not kept', async (t) => {
  const slow = await startHost(t, { timeouts: { headersMs: 30 } });

  const client = await RawClient.connect(t, slow.port);

  await client.untilClosed();
});

test('a connection without a request is closed', async (t) => {
  const slow = await startHost(t, { fixtures: ['hello'], timeouts: { idleMs: 30 } });
  const client = await RawClient.connect(t, slow.port);

  assert.equal((await client.request('/hello').next()).headers['keep-alive'], 'timeout=0');

  assert.equal((await client.untilClosed()).rest.length, 0);
});

test('a client that has its last answer, and neither goes on nor closes, is closed', async (t) => {
  const socket = connect({ port: host.port, host: '127.0.0.1', allowHalfOpen: true });
  closeAfter(t, () => void socket.destroy());
  socket.on('error', () => undefined);
  socket.write('POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n');
  await once(socket.resume(), 'end');

  // To one that is gone altogether nothing can be written.
  const drips = setInterval(() => socket.write('x'), 50);
  t.after(() => clearInterval(drips));

  await new Promise((resolve) => socket.once('close', resolve));
});
