import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

test('a body that is announced larger than allowed gets 413, and the extension is not called', async (t) => {
  const host = await startHost(t, { fixtures: ['echo'], limits: { maxBodyBytes: 100_000 } });
  const client = await RawClient.connect(t, host.port);

  const response = await client
    .send('POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 100001\r\n\r\n')
    .next();

  assert.equal(response.statusCode, 413);
  assert.equal(response.headers['connection'], 'close');
  assert.equal((await client.untilClosed()).rest.length, 0);
});

test('a body of exactly the size that is allowed is taken', async (t) => {
  const host = await startHost(t, { fixtures: ['digest'], limits: { maxBodyBytes: 100_000 } });

  const response = await fetchRaw(t, host.port, '/digest', {
    method: 'POST',
    body: 'x'.repeat(100_000),
  });

  assert.match(response.text, /^100000 /);
});

test('a body without an announced length that turns out larger than the read-ahead and allowed gets 413', async (t) => {
  const host = await startHost(t, { fixtures: ['digest'], limits: { maxBodyBytes: 100_000 } });
  const client = await RawClient.connect(t, host.port);
  client.send('POST /digest HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n');

  const chunk = `2710\r\n${'x'.repeat(10_000)}\r\n`;
  for (let i = 0; i < 11; i += 1) client.send(chunk);

  const response = await client.next();
  assert.equal(response.statusCode, 413);
});

test('a head larger than allowed gets 431', async (t) => {
  const host = await startHost(t, { fixtures: ['hello'], limits: { maxHeaderBytes: 4096 } });

  const response = await fetchRaw(t, host.port, '/hello', {
    headers: `X: ${'y'.repeat(5000)}\r\n`,
  });

  assert.equal(response.statusCode, 431);
});

test('a large head with a large read-ahead fits, as does what the extension answers', async (t) => {
  const host = await startHost(t, { fixtures: ['echo'] });
  const body = 'z'.repeat(200_000);

  const response = await fetchRaw(t, host.port, `/echo?${'q'.repeat(7000)}`, {
    method: 'POST',
    headers: `X-Long: ${'y'.repeat(8000)}\r\n`,
    body,
  });

  assert.equal(response.text, body);
});
