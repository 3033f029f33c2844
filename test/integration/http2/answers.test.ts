import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { constants } from 'node:http2';
import { join } from 'node:path';
import { test } from 'node:test';
import { readAnswer } from '../../helpers/http2-client.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { startSecureHost } from '../../helpers/secure-host.ts';

const fixtures = [
  'hello',
  'describe',
  'respond',
  'echo',
  'throws',
  'throws-after-output',
  'pending-forever',
];

test('an extension sees a request of HTTP/2 in the terms of ISAPI', async (t) => {
  const { connect, host } = await startSecureHost(t, { fixtures });
  const client = await connect();
  const names = [
    'SERVER_PROTOCOL',
    'HTTP_VERSION',
    'HTTP_HOST',
    'SERVER_NAME',
    'HTTPS',
    'SERVER_PORT_SECURE',
    'HTTP_URL',
    'HTTP_COOKIE',
    'ALL_RAW',
    'CACHE_URL',
    'REMOTE_ADDR',
  ];
  const path = `/describe?${names.join('&')}`;

  const { status, text } = await client.fetch(path, {
    headers: { accept: 'a/b', cookie: ['a=1', 'b=2'], te: 'trailers' },
  });

  assert.equal(status, 200);
  const { variables } = JSON.parse(text) as { readonly variables: object };
  assert.deepEqual(variables, {
    SERVER_PROTOCOL: 'HTTP/2.0',
    HTTP_VERSION: 'HTTP/2.0',
    HTTP_HOST: `localhost:${host.port}`,
    SERVER_NAME: 'localhost',
    HTTPS: 'on',
    SERVER_PORT_SECURE: '1',
    HTTP_URL: path,
    HTTP_COOKIE: 'a=1; b=2',
    ALL_RAW: `host: localhost:${host.port}\r\naccept: a/b\r\ncookie: a=1; b=2\r\n`,
    CACHE_URL: `https://127.0.0.1:${host.port}/describe`,
    REMOTE_ADDR: '127.0.0.1',
  });
});

test('an answer goes out without the headers that speak of a connection', async (t) => {
  const { connect } = await startSecureHost(t, { fixtures });
  const client = await connect();
  const head = {
    status: '200 Fine',
    header:
      'X-Case: Kept\r\nConnection: close\r\nKeep-Alive: x\r\nUpgrade: h2c\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nVary: a\r\nVary: b\r\n\r\n',
    keepConn: false,
  };

  const { status, headers, text } = await client.fetch(
    `/respond?${encodeURIComponent(JSON.stringify({ head, writes: ['body'] }))}`,
  );

  const { date, ...rest } = Object.fromEntries(Object.entries(headers));
  assert.equal(status, 200);
  assert.equal(typeof date, 'string');
  assert.deepEqual(rest, {
    ':status': 200,
    'content-length': '4',
    server: 'isapi-host/0.1',
    'set-cookie': ['a=1', 'b=2'],
    vary: 'a, b',
    'x-case': 'Kept',
  });
  assert.equal(text, 'body');
});

test('a connection carries on after an answer that would end one of HTTP/1', async (t) => {
  const { connect } = await startSecureHost(t, { fixtures });
  const client = await connect();

  const failed = await client.fetch('/throws');
  const next = await client.fetch('/hello');

  assert.deepEqual([failed.status, failed.rstCode], [500, 0]);
  assert.equal(next.text, 'hello');
});

for (const status of [204, 205, 304]) {
  test(`an answer with status ${status} has no body`, async (t) => {
    const { connect } = await startSecureHost(t, { fixtures });
    const client = await connect();
    const query = encodeURIComponent(
      JSON.stringify({ head: { status, keepConn: true }, writes: ['body'] }),
    );

    const answer = await client.fetch(`/respond?${query}`);

    assert.deepEqual([answer.status, answer.text, answer.rstCode], [status, '', 0]);
  });
}

test('the answer to HEAD is the head of that to GET', async (t) => {
  const { connect } = await startSecureHost(t, { fixtures });
  const client = await connect();

  const head = await client.fetch('/hello', { method: 'HEAD' });

  assert.deepEqual([head.status, head.headers['content-length'], head.text], [200, '5', '']);
});

test('an extension that fails in mid answer ends its stream with INTERNAL_ERROR, and no other', async (t) => {
  const { connect } = await startSecureHost(t, { fixtures });
  const client = await connect();

  const [cut, whole] = await Promise.all([
    client.fetch('/throws-after-output'),
    client.fetch('/hello'),
  ]);

  assert.deepEqual(
    [cut.status, cut.text, cut.rstCode],
    [200, 'a part', constants.NGHTTP2_INTERNAL_ERROR],
  );
  assert.equal(whole.text, 'hello');
});

test('a body that is shorter than its Content-Length ends the stream with INTERNAL_ERROR', async (t) => {
  const { connect } = await startSecureHost(t, { fixtures });
  const client = await connect();
  const head = { header: 'Content-Length: 10\r\n\r\n', keepConn: true };

  const answer = await client.fetch(
    `/respond?${encodeURIComponent(JSON.stringify({ head, writes: ['short'] }))}`,
  );

  assert.notEqual(answer.rstCode, 0);
});

test('requests of one connection run beside each other', async (t) => {
  const { connect } = await startSecureHost(t, { fixtures, shutdownTimeoutMs: 100 });
  const client = await connect();
  const pending = client.open('/pending-forever');
  pending.end();

  const answers = await Promise.all(Array.from({ length: 60 }, () => client.fetch('/hello')));

  assert.deepEqual(new Set(answers.map(({ text }) => text)), new Set(['hello']));
  assert.equal(pending.closed, false);
});

test('a client that ends its connection has it closed', async (t) => {
  const { connect } = await startSecureHost(t, {
    fixtures: ['pending-forever'],
    shutdownTimeoutMs: 100,
  });
  const { session, socket } = await connect();
  session.request({ ':path': '/pending-forever' }).on('error', () => undefined);

  socket.end();

  await new Promise((resolve) => socket.once('close', resolve));
  assert.equal((await connect()).session.closed, false);
});

test('the host closes when its last stream is answered, and takes none meanwhile', async (t) => {
  const { connect, host } = await startSecureHost(t, { fixtures: ['blocks-until-file'] });
  const client = await connect();
  const file = join(tempFolder(t), 'free');
  const stream = client.open(`/blocks-until-file?${encodeURIComponent(file)}`);
  stream.end();
  const answer = readAnswer(stream);
  await once(stream, 'data');

  const closed = host.close();
  await once(client.session, 'goaway');
  writeFileSync(file, '');

  assert.deepEqual([(await answer).text, (await answer).rstCode], ['blocking\nfree\n', 0]);
  await closed;
  assert.equal(client.session.closed, true);
});
