import assert from 'node:assert/strict';
import { once } from 'node:events';
import { truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { link, rename } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { sendFile } from '@isapi-host/host/internal/front-end/static-files';
import { fastify, type FastifyInstance } from 'fastify';
import { TempTree } from '../name-space/temp-site.ts';

const tree = new TempTree();
tree.write({
  'www/ten.txt': '0123456789',
  'www/empty.css': '',
  'www/a b%41é?.html': 'name',
  'www/unknown': 'bytes',
  'www/sub/': '',
  'www/.hidden': 'hidden',
  'secret.txt': 'secret',
});
tree.link({ 'www/out.txt': '../secret.txt', 'linked-www': 'www' });
const MODIFIED = 'Sun, 06 Nov 1994 08:49:37 GMT';
utimesSync(tree.at('www/ten.txt'), new Date(MODIFIED), new Date(MODIFIED));

/** A server that sends the file named in the query, whatever it is. */
function startServer(t: TestContext, root = 'www'): FastifyInstance {
  const server = fastify();
  server.get<{ Querystring: { file: string } }>('/', (request, reply) =>
    sendFile(request, reply, {
      root: tree.at(root),
      path: tree.at(`${root}/${request.query.file}`),
    }),
  );
  t.after(() => server.close());
  return server;
}

const expectations: readonly (readonly [
  file: string,
  headers: Readonly<Record<string, string>>,
  statusCode: number,
  body: string,
  expected: Readonly<Record<string, string | undefined>>,
])[] = [
  [
    'ten.txt',
    {},
    200,
    '0123456789',
    {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': '10',
      'last-modified': MODIFIED,
      'accept-ranges': 'bytes',
    },
  ],
  ['empty.css', {}, 200, '', { 'content-type': 'text/css; charset=utf-8', 'content-length': '0' }],
  ['a b%41é?.html', {}, 200, 'name', { 'content-type': 'text/html; charset=utf-8' }],
  ['unknown', {}, 200, 'bytes', { 'content-type': 'application/octet-stream' }],
  ['ten.txt', { range: 'bytes=2-4' }, 206, '234', { 'content-range': 'bytes 2-4/10' }],
  ['ten.txt', { range: 'bytes=8-' }, 206, '89', { 'content-range': 'bytes 8-9/10' }],
  ['ten.txt', { range: 'bytes=-3' }, 206, '789', { 'content-length': '3' }],
  ['ten.txt', { range: 'bytes=0-99' }, 206, '0123456789', { 'content-range': 'bytes 0-9/10' }],
  ['ten.txt', { range: 'bytes=0-1,4-5' }, 200, '0123456789', { 'content-range': undefined }],
  ['ten.txt', { range: 'lines=0-1' }, 200, '0123456789', { 'content-length': '10' }],
  [
    'ten.txt',
    { range: 'bytes=10-' },
    416,
    '416 Range Not Satisfiable\n',
    { 'content-range': 'bytes */10', 'content-type': 'text/plain; charset=utf-8' },
  ],
  ['ten.txt', { 'if-modified-since': MODIFIED }, 304, '', { 'content-length': undefined }],
  ['ten.txt', { 'if-none-match': '*' }, 304, '', { 'last-modified': MODIFIED }],
  ['ten.txt', { 'if-none-match': '"other"' }, 200, '0123456789', {}],
  ['ten.txt', { 'if-match': '"other"' }, 412, '412 Precondition Failed\n', {}],
  ['ten.txt', { range: 'bytes=1-1', 'if-range': '"other"' }, 200, '0123456789', {}],
  ['ten.txt', { range: 'bytes=1-1', 'if-range': MODIFIED }, 206, '1', {}],
  ['none.txt', {}, 404, '404 Not Found\n', {}],
  ['ten.txt/x', {}, 404, '404 Not Found\n', {}],
  ['sub', {}, 404, '404 Not Found\n', {}],
  ['out.txt', {}, 403, '403 Forbidden\n', {}],
  ['.hidden', {}, 403, '403 Forbidden\n', {}],
  ['../secret.txt', {}, 403, '403 Forbidden\n', {}],
];

for (const [file, headers, statusCode, body, expected] of expectations) {
  test(`${file} with ${JSON.stringify(headers)} is answered with ${statusCode}`, async (t) => {
    const answer = await startServer(t).inject({ url: '/', query: { file }, headers });

    assert.deepEqual([answer.statusCode, answer.body], [statusCode, body]);
    for (const [name, value] of Object.entries(expected)) assert.equal(answer.headers[name], value);
  });
}

test('HEAD has the headers of GET and no body', async (t) => {
  const server = startServer(t);
  const query = { file: 'ten.txt' };

  const head = await server.inject({ method: 'HEAD', url: '/', query });
  const get = await server.inject({ url: '/', query });

  const { date: _headDate, ...headHeaders } = head.headers;
  const { date: _getDate, ...getHeaders } = get.headers;
  assert.deepEqual([head.statusCode, head.body, headHeaders], [200, '', getHeaders]);
});

test('a file below a root that is a symbolic link is inside', async (t) => {
  const answer = await startServer(t, 'linked-www').inject({
    url: '/',
    query: { file: 'ten.txt' },
  });

  assert.equal(answer.body, '0123456789');
});

test('an entity tag that was sent makes the next answer 304', async (t) => {
  const server = startServer(t);
  const query = { file: 'ten.txt' };

  const { headers } = await server.inject({ url: '/', query });
  const again = await server.inject({
    url: '/',
    query,
    headers: { 'if-none-match': String(headers['etag']) },
  });

  assert.deepEqual([again.statusCode, again.body], [304, '']);
});

test('a file that is replaced all the time arrives whole, old or new', async (t) => {
  const server = startServer(t);
  const versions = ['old'.repeat(1000), 'new'.repeat(40_000)];
  tree.write({ 'old.txt': versions[0] ?? '', 'new.txt': versions[1] ?? '' });
  const replace = async (version: string): Promise<void> => {
    await link(tree.at(version), tree.at('www/next.txt'));
    await rename(tree.at('www/next.txt'), tree.at('www/live.txt'));
  };
  const request = async (): Promise<string> => {
    const { statusCode, body } = await server.inject({ url: '/', query: { file: 'live.txt' } });
    const isWhole = versions.includes(body) || statusCode === 503;
    return isWhole ? 'whole' : `${statusCode}, ${body.length} characters`;
  };

  await replace('old.txt');
  const replacing = (async () => {
    for (let round = 0; round < 500; round++) {
      await replace('new.txt');
      await replace('old.txt');
    }
  })();
  const answers = new Set<string>();
  for (let round = 0; round < 500; round++) answers.add(await request());
  await replacing;

  assert.deepEqual([...answers], ['whole']);
});

test('a file that is cut short while it is sent ends in a cut connection', async (t) => {
  const length = 64 * 1024 * 1024;
  writeFileSync(tree.at('www/long.bin'), '');
  truncateSync(tree.at('www/long.bin'), length);
  const server = startServer(t);
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;

  const socket = connect(port, '127.0.0.1');
  const request = 'GET /?file=long.bin HTTP/1.1\r\nHost: x\r\n\r\n';
  socket.write(request + request.replace('long.bin', 'ten.txt'));
  let bytes = 0;
  let heads = 0;
  socket.once('data', () => {
    truncateSync(tree.at('www/long.bin'), 1024);
  });
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    heads += chunk.toString('latin1').split('HTTP/1.1 200').length - 1;
  });
  socket.on('error', () => undefined);
  await once(socket, 'close');

  assert.ok(bytes < length, `${bytes} bytes`);
  assert.equal(heads, 1);
});
