import assert from 'node:assert/strict';
import { once } from 'node:events';
import { truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { link, rename } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { connect } from 'node:net';
import test from 'node:test';
import { streamFile } from '@isapi-host/host/internal/front-end/stream-file';
import type { Closing } from '../../../helpers/cleanup.ts';
import {
  fetchRaw,
  RawClient,
  type RawResponse,
  type RequestOptions,
} from '../../../helpers/raw-http.ts';
import { serveResponder } from '../../../helpers/serve-responder.ts';
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

/** A server that sends the file named by the target, whatever it is. @returns its port */
function startServer(t: Closing, root = 'www'): Promise<number> {
  return serveResponder(t, (responder) => {
    const file = decodeURIComponent(responder.request.url?.slice(1) ?? '');
    const target = { root: tree.at(root), path: tree.at(`${root}/${file}`) };
    void streamFile(responder, target, responder.request);
  });
}

const port = await startServer(test);

function get(t: Closing, file: string, options: RequestOptions = {}): Promise<RawResponse> {
  return fetchRaw(t, port, `/${encodeURIComponent(file)}`, options);
}

function errorText(statusCode: number): string {
  return `${JSON.stringify({ statusCode, error: STATUS_CODES[statusCode] })}\n`;
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
    errorText(416),
    { 'content-range': 'bytes */10', 'content-type': 'application/json; charset=utf-8' },
  ],
  ['ten.txt', { 'if-modified-since': MODIFIED }, 304, '', { 'content-length': undefined }],
  ['ten.txt', { 'if-none-match': '*' }, 304, '', { 'last-modified': MODIFIED }],
  ['ten.txt', { 'if-none-match': '"other"' }, 200, '0123456789', {}],
  ['ten.txt', { 'if-match': '"other"' }, 412, errorText(412), {}],
  ['ten.txt', { range: 'bytes=1-1', 'if-range': '"other"' }, 200, '0123456789', {}],
  ['ten.txt', { range: 'bytes=1-1', 'if-range': MODIFIED }, 206, '1', {}],
  ['none.txt', {}, 404, errorText(404), {}],
  ['ten.txt/x', {}, 404, errorText(404), {}],
  ['sub', {}, 404, errorText(404), {}],
  ['out.txt', {}, 403, errorText(403), {}],
  ['.hidden', {}, 403, errorText(403), {}],
  ['../secret.txt', {}, 403, errorText(403), {}],
];

for (const [file, headers, statusCode, body, expected] of expectations) {
  test(`${file} with ${JSON.stringify(headers)} is answered with ${statusCode}`, async (t) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);

    const answer = await get(t, file, { headers: lines.join('') });

    assert.deepEqual([answer.statusCode, answer.text], [statusCode, body]);
    for (const [name, value] of Object.entries(expected)) assert.equal(answer.headers[name], value);
  });
}

test('HEAD has the headers of GET and no body', async (t) => {
  const head = await get(t, 'ten.txt', { method: 'HEAD' });
  const { headers } = await get(t, 'ten.txt');

  assert.deepEqual(
    [head.statusCode, head.text, { ...head.headers, date: '' }],
    [200, '', { ...headers, date: '' }],
  );
});

test('a file below a root that is a symbolic link is inside', async (t) => {
  const answer = await fetchRaw(t, await startServer(t, 'linked-www'), '/ten.txt');

  assert.equal(answer.text, '0123456789');
});

test('an entity tag that was sent makes the next answer 304', async (t) => {
  const { headers } = await get(t, 'ten.txt');

  const again = await get(t, 'ten.txt', {
    headers: `If-None-Match: ${String(headers['etag'])}\r\n`,
  });

  assert.deepEqual([again.statusCode, again.text], [304, '']);
});

test('a file that is replaced all the time arrives whole, old or new', async (t) => {
  const client = await RawClient.connect(t, port);
  const versions = ['old'.repeat(1000), 'new'.repeat(40_000)];
  tree.write({ 'old.txt': versions[0] ?? '', 'new.txt': versions[1] ?? '' });
  const replace = async (version: string): Promise<void> => {
    await link(tree.at(version), tree.at('www/next.txt'));
    await rename(tree.at('www/next.txt'), tree.at('www/live.txt'));
  };
  const request = async (): Promise<string> => {
    const { statusCode, text } = await client.request('/live.txt').next();
    const isWhole = versions.includes(text) || statusCode === 503;
    return isWhole ? 'whole' : `${statusCode}, ${text.length} characters`;
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

test('a file that is cut short while it is sent ends in a cut connection', async () => {
  const length = 64 * 1024 * 1024;
  writeFileSync(tree.at('www/long.bin'), '');
  truncateSync(tree.at('www/long.bin'), length);

  const socket = connect(port, '127.0.0.1');
  const request = 'GET /long.bin HTTP/1.1\r\nHost: x\r\n\r\n';
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
