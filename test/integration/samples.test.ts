import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVER_VARIABLES } from '@isapi-host/sdk';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startSite, withoutDate } from '../helpers/start-site.ts';

const { port, config } = await startSite();

test('hello answers five bytes of plain text', async (t) => {
  const response = await fetchRaw(t, port, '/samples/hello');

  assert.equal(
    withoutDate(response.head) + response.text,
    'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\nServer: isapi-host/0.1\r\n' +
      'Date: *\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\nHello',
  );
});

test('hello answers HEAD with the headers of GET and no body', async (t) => {
  const client = await RawClient.connect(t, port);

  const head = await client.request('/samples/hello', { method: 'HEAD' }).next({ method: 'HEAD' });
  const get = await client.request('/samples/hello').next();

  assert.equal(withoutDate(head.head), withoutDate(get.head));
});

test('variables has a line for each server variable, and then for each header', async (t) => {
  const { text } = await fetchRaw(t, port, '/samples/variables?a=b', {
    headers: 'X-One: 1\r\nx-one: 2\r\nX-Two: \u00e9\r\n',
  });

  const lines = Buffer.from(text, 'latin1').toString().trimEnd().split('\n');
  const names = lines.map((line) => line.slice(0, line.indexOf(': ')));
  assert.deepEqual(names, [...SERVER_VARIABLES, 'HTTP_HOST', 'HTTP_X_ONE', 'HTTP_X_TWO']);
  for (const line of [
    'ALL_RAW: Host: test\\r\\nX-One: 1\\r\\nx-one: 2\\r\\nX-Two: é\\r\\n',
    'QUERY_STRING: a=b',
    'SCRIPT_NAME: /samples/variables',
    'HTTP_X_ONE: 1, 2',
    'HTTP_X_TWO: é',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});

test('variables shows the name of the error of a variable that cannot be had', async (t) => {
  const { text } = await fetchRaw(t, port, '/samples/variables', {
    method: 'POST',
    headers: 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n', // its end is that of the request
  });

  assert.match(text, /^CONTENT_LENGTH: ERROR_INVALID_INDEX$/m);
});

const targets: readonly (readonly [to: string, location: string])[] = [
  ['/samples/hello?a=b#c', '/samples/hello?a=b#c'],
  ['https://example.com/a b', 'https://example.com/a%20b'],
  ['HTTP://example.com', 'http://example.com/'],
  ['/\u00e9', '/%C3%A9'],
  ['/a\r\nSet-Cookie: b', '/aSet-Cookie:%20b'],
];

for (const [to, location] of targets) {
  test(`redirect sends the client to ${JSON.stringify(to)}`, async (t) => {
    const response = await fetchRaw(t, port, `/samples/redirect?to=${encodeURIComponent(to)}`);

    assert.equal(response.statusCode, 302);
    assert.equal(response.headers['location'], location);
    assert.ok(response.text.includes(`<a href="${location.replaceAll('&', '&#38;')}">`));
  });
}

for (const to of [
  '',
  'hello',
  '//example.com',
  '/\\example.com',
  'javascript:1',
  'http:/a',
  'http://',
]) {
  test(`redirect refuses to send the client to "${to}"`, async (t) => {
    const response = await fetchRaw(t, port, `/samples/redirect?to=${encodeURIComponent(to)}`);

    assert.equal(response.statusCode, 400);
    assert.equal(response.headers['location'], undefined);
  });
}

test('send-url answers what hello answers', async (t) => {
  const hello = await fetchRaw(t, port, '/samples/hello');

  const response = await fetchRaw(t, port, '/samples/send-url');

  assert.equal(withoutDate(response.head), withoutDate(hello.head));
  assert.equal(response.text, 'Hello');
});

test('keep-alive keeps the connection open until it is asked to close it', async (t) => {
  const client = await RawClient.connect(t, port);
  const own = client.socket.localPort;

  const first = await client.request('/samples/keep-alive').next();
  const second = await client.request('/samples/keep-alive').next();
  const last = await client.request('/samples/keep-alive?close').next();
  const { rest, by } = await client.untilClosed();
  client.socket.destroy();

  assert.equal(first.text, `Connection from port ${own}: stays open\n`);
  assert.equal(second.text, first.text);
  assert.equal(last.text, `Connection from port ${own}: closes now\n`);
  assert.deepEqual(
    [first, second, last].map(({ headers }) => headers['connection']),
    ['keep-alive', 'keep-alive', 'close'],
  );
  assert.deepEqual({ rest: rest.length, by }, { rest: 0, by: 'end' });
});

test('pending answers three seconds later, and hello from the same thread meanwhile', async (t) => {
  const state = { isAnswered: false };
  const pending = fetchRaw(t, port, '/samples/pending').finally(() => {
    state.isAnswered = true;
  });

  const hello = await fetchRaw(t, port, '/samples/hello');
  const wasAnswered = state.isAnswered;
  const { text } = await pending;

  assert.equal(hello.text, 'Hello');
  assert.equal(wasAnswered, false);
  assert.equal(text, 'Answered 3000 ms later\n');
});

test('pending answers as much later as it is asked to', async (t) => {
  const { text } = await fetchRaw(t, port, '/samples/pending?ms=1');

  assert.equal(text, 'Answered 1 ms later\n');
});

test('as many pending answers as a thread may hold are open at once', async (t) => {
  const { sessionsPerThread = 0 } = config.pools['default'] ?? {};

  const responses = await Promise.all(
    Array.from({ length: sessionsPerThread }, () => fetchRaw(t, port, '/samples/pending?ms=20')),
  );

  assert.deepEqual([...new Set(responses.map(({ text }) => text))], ['Answered 20 ms later\n']);
});

test('a client that leaves while its answer is pending costs nobody else', async (t) => {
  const client = await RawClient.connect(t, port);
  client.request('/samples/pending?ms=10000');
  await fetchRaw(t, port, '/samples/hello');
  client.reset();

  const { text } = await fetchRaw(t, port, '/samples/pending?ms=1');

  assert.equal(text, 'Answered 1 ms later\n');
});
