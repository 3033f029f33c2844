import assert from 'node:assert/strict';
import test from 'node:test';
import { RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';
import { post, refused } from './refused-requests.ts';

// Rows F60 to F71 of the fault matrix, and the gaps of Node and Fastify that the host closes.

const host = await startHost(test, {
  fixtures: ['hello', 'echo'],
  limits: { maxUrlBytes: 1000, maxHeaderBytes: 16_384, maxHeaders: 20 },
});

/** What stands behind a request; nobody may take it for one after an answer that closes. */
const BEHIND = 'GET /hello HTTP/1.1\r\nHost: behind\r\n\r\n';

for (const { what, head, body = '', status, allow } of refused) {
  test(`${what}: ${status.join(' or ')}, and nothing behind it is answered`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    client.send(`${head.replaceAll('|', '\r\n')}\r\n${body}${BEHIND}`);

    const response = await client.next();
    assert.ok(status.includes(response.statusCode), `${response.statusCode}`);
    assert.equal(response.headers['connection'], 'close');
    if (allow !== undefined) assert.match(response.headers['allow'] ?? '', new RegExp(allow));
    assert.equal((await client.untilClosed()).rest.toString('latin1'), '');
  });
}

/** Each is answered as usual. */
const served: readonly (readonly [what: string, request: string, text: string])[] = [
  ['no Host in HTTP/1.0', 'GET /hello HTTP/1.0|Connection: keep-alive||', 'hello'],
  ['a Host with a port', 'GET /hello HTTP/1.1|Host: example.test:8080||', 'hello'],
  ['a Host that is an address', 'GET /hello HTTP/1.1|Host: [::1]:80||', 'hello'],
  ['a whole URL that agrees with Host', 'GET http://h:1/hello HTTP/1.1|Host: H:1||', 'hello'],
  ['TE and trailers', `GET /hello HTTP/1.1|Host: h|TE: trailers||`, 'hello'],
  [
    'an upgrade to a web socket',
    'GET /hello HTTP/1.1|Host: h|Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==||',
    'hello',
  ],
  [
    'an upgrade to h2c with a body',
    `${post}Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AAMAAABk|Content-Length: 4||body`,
    'body',
  ],
  [
    'an upgrade with chunks',
    `${post}Connection: upgrade|Upgrade: h2c|Transfer-Encoding: chunked||4|body|0||`,
    'body',
  ],
  ['chunked in capitals', `${post}Transfer-Encoding: CHUNKED||5|hello|0||`, 'hello'],
  ['trailers', `${post}Transfer-Encoding: chunked||5|hello|0|X: y|Host: other||`, 'hello'],
  [
    'a chunk with an extension',
    `${post}Transfer-Encoding: chunked||5;a=b;c="d"|hello|0||`,
    'hello',
  ],
  ['a size with zeros in front', `${post}Transfer-Encoding: chunked||0005|hello|000||`, 'hello'],
  [
    '20,000 chunks of one byte',
    `${post}Transfer-Encoding: chunked||${'1|x|'.repeat(20_000)}0||`,
    'x'.repeat(20_000),
  ],
  ['an empty line in front', `|GET /hello HTTP/1.1|Host: h||`, 'hello'],
  ['underscores in names that frame nothing', 'GET /hello HTTP/1.1|Host: h|X_Y: z||', 'hello'],
];

for (const [what, request, text] of served) {
  test(`${what}: answered, and the connection lives on`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    const response = await client.send(request.replaceAll('|', '\r\n')).next();
    const next = await client.request('/hello').next();

    assert.deepEqual([response.statusCode, response.text], [200, text]);
    assert.equal(next.text, 'hello');
  });
}

test('TRACE is 405 with the methods that are allowed', async (t) => {
  const client = await RawClient.connect(t, host.port);

  const response = await client.request('/hello', { method: 'TRACE' }).next();

  assert.equal(response.statusCode, 405);
  assert.match(response.headers['allow'] ?? '', /GET/);
});

test('OPTIONS * asks about the server', async (t) => {
  const client = await RawClient.connect(t, host.port);

  const response = await client.request('*', { method: 'OPTIONS' }).next();

  assert.deepEqual([response.statusCode, response.text], [204, '']);
  assert.match(response.headers['allow'] ?? '', /GET/);
});

for (const method of ['GET', 'HEAD']) {
  test(`a body of ${method} is served, and then the connection closes`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    const response = await client
      .request('/hello', { method, body: 'x' })
      .send(BEHIND)
      .next({ method });

    assert.deepEqual([response.statusCode, response.headers['connection']], [200, 'close']);
    assert.equal((await client.untilClosed()).rest.length, 0);
  });
}

test('what the target cannot be is said in an error body of the host, with nothing of the target', async (t) => {
  for (const target of ['/%zz', '/%c3%28', '/a%00b', '/nowhere/%0d%0aX:y']) {
    const client = await RawClient.connect(t, host.port);

    const response = await client.request(target).next();

    const { statusCode } = response;
    assert.ok([400, 404].includes(statusCode), target);
    const error = statusCode === 400 ? 'Bad Request' : 'Not Found';
    assert.deepEqual(JSON.parse(response.text), { statusCode, error });
  }
});
