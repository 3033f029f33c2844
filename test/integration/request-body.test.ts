import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

const host = await startHost(test, { fixtures: ['hello', 'digest', 'describe', 'echo'] });

const READ_AHEAD = 49_152;

for (const bytes of [1, READ_AHEAD - 1, READ_AHEAD, READ_AHEAD + 1, 3 * READ_AHEAD]) {
  test(`of a body of ${bytes} bytes, the extension finds ${Math.min(bytes, READ_AHEAD)} in its control block`, async (t) => {
    const response = await fetchRaw(t, host.port, '/describe', {
      method: 'POST',
      body: 'x'.repeat(bytes),
    });

    const { totalBytes, data } = JSON.parse(response.text) as { totalBytes: number; data: string };
    assert.deepEqual([totalBytes, data.length], [bytes, Math.min(bytes, READ_AHEAD)]);
  });
}

test('the read-ahead is waited for, however small the pieces that it comes in', async (t) => {
  const client = await RawClient.connect(t, host.port);
  client.send('POST /describe HTTP/1.1\r\nHost: test\r\nContent-Length: 60000\r\n\r\n');

  for (let sent = 0; sent < 60_000; sent += 6000) {
    client.send('x'.repeat(6000));
    // The host sees each piece by itself: what it answers another client comes after.
    await fetchRaw(t, host.port, '/hello');
  }

  const { data } = JSON.parse((await client.next()).text) as { data: string };
  assert.equal(data.length, READ_AHEAD);
});

for (const readAheadBytes of [0, 10]) {
  test(`a read-ahead of ${readAheadBytes} bytes leaves the rest to readClient`, async (t) => {
    const small = await startHost(t, {
      fixtures: ['describe', 'echo'],
      limits: { readAheadBytes },
    });
    const body = '0123456789abcdef';

    const described = await fetchRaw(t, small.port, '/describe', { method: 'POST', body });
    const echoed = await fetchRaw(t, small.port, '/echo', { method: 'POST', body });

    const { data } = JSON.parse(described.text) as { data: string };
    assert.equal(data, body.slice(0, readAheadBytes));
    assert.equal(echoed.text, body);
  });
}

for (const [method, type] of [
  ['POST', 'Content-Type: nonsense\r\n'],
  ['PUT', 'Content-Type: \r\n'],
  ['QUERY', ''],
] as const) {
  test(`a ${method} with ${JSON.stringify(type)} is the extension's to judge`, async (t) => {
    const response = await fetchRaw(t, host.port, '/echo', { method, headers: type, body: 'abc' });

    assert.deepEqual([response.statusCode, response.text], [200, 'abc']);
  });
}

test('a chunked request body arrives whole, and its length is not announced', async (t) => {
  const client = await RawClient.connect(t, host.port);
  client.send('POST /describe?CONTENT_LENGTH HTTP/1.1\r\nHost: test\r\n');
  client.send('Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
  client.send('5;ext=1\r\ndefgh\r\n0\r\n\r\n');

  const block = JSON.parse((await client.next()).text) as Record<string, unknown>;

  assert.equal(block['totalBytes'], null);
  assert.equal(block['data'], 'abcdefgh');
  assert.deepEqual(block['variables'], { CONTENT_LENGTH: { code: 'ERROR_INVALID_INDEX' } });
});

test('a large chunked body is read to its end', async (t) => {
  const client = await RawClient.connect(t, host.port);
  client.send('POST /digest HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n');
  for (let i = 0; i < 40; i += 1) client.send(`4e20\r\n${'x'.repeat(20_000)}\r\n`);
  client.send('0\r\n\r\n');

  assert.match((await client.next()).text, /^800000 /);
  assert.equal((await client.request('/hello').next()).text, 'hello');
});

test('Content-Length: 0 is no body', async (t) => {
  const client = await RawClient.connect(t, host.port);

  const response = await client
    .request('/echo', { method: 'POST', headers: 'Content-Length: 0\r\n' })
    .next();

  assert.deepEqual([response.statusCode, response.text], [200, '']);
});

test('a body that the extension does not read does not disturb the next request', async (t) => {
  const client = await RawClient.connect(t, host.port);

  const first = await client.request('/hello', { method: 'POST', body: 'y'.repeat(60_000) }).next();
  const second = await client.request('/hello').next();

  assert.deepEqual([first.text, second.text], ['hello', 'hello']);
});

test('a body of which more than 64 KiB are left unread costs the connection', async (t) => {
  const client = await RawClient.connect(t, host.port);
  client.send('POST /hello HTTP/1.1\r\nHost: test\r\nContent-Length: 100000000\r\n\r\n');
  client.send('z'.repeat(60_000));

  const response = await client.next();

  assert.equal(response.text, 'hello');
  assert.equal(response.headers['connection'], 'close');
  assert.equal((await client.untilClosed()).rest.length, 0);
});

test('a client that waits for 100 Continue gets it when the extension wants the body', async (t) => {
  const client = await RawClient.connect(t, host.port);
  client.send(
    'POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n',
  );

  const interim = await client.nextHead();
  client.send('body');

  assert.match(interim, /^HTTP\/1\.1 100 Continue\r\n/);
  assert.equal((await client.next()).text, 'body');
});

test('a client that waits for 100 Continue at a URL where nothing is gets 404 instead', async (t) => {
  const client = await RawClient.connect(t, host.port);
  client.send(
    'POST /nothing-here HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n',
  );

  assert.equal((await client.next()).statusCode, 404);
});
