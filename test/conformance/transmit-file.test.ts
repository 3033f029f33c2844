import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { HSE_IO_ASYNC, HSE_IO_DISCONNECT_AFTER_SEND, HSE_IO_SEND_HEADERS } from '@isapi-host/sdk';
import { CutError, fetchRaw, RawClient, type RawResponse } from '../helpers/raw-http.ts';
import { CaseHost, type Style, testStyles } from './case-host.ts';

// isapi.md 4.3, HSE_REQ_TRANSMIT_FILE.

const HEADERS = HSE_IO_SEND_HEADERS;

async function withFile(t: TestContext, bytes: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'isapi-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'file.bin');
  writeFileSync(file, bytes);
  return file;
}

function send(
  host: CaseHost,
  style: Style,
  info: object,
  more: Readonly<Record<string, string>> = {},
): Promise<RawResponse> {
  const query = new URLSearchParams({ info: JSON.stringify(info), ...more });
  return host.fetch('send', style, { query: `&${query.toString()}` });
}

testStyles('without flags the bytes of head, file and tail follow each other', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, 'FILE');

  const { text } = await send(host, style, { file, head: '<', tail: '>', flags: 0 });

  assert.equal(text, '<FILE>');
});

testStyles(
  'HSE_IO_SEND_HEADERS sends status and headers, and the length of all',
  async (t, style) => {
    const host = await CaseHost.start(t, 'sending');
    const file = await withFile(t, 'FILE');
    const info = {
      file,
      status: '404 Gone Away',
      head: 'X-A: b\r\n\r\n<',
      tail: '>',
      flags: HEADERS,
    };

    const response = await send(host, style, info);

    const { statusCode, reason, headers, text, framing } = response;
    assert.deepEqual(
      { statusCode, reason, text, framing, length: headers['content-length'], a: headers['x-a'] },
      {
        statusCode: 404,
        reason: 'Gone Away',
        text: '<FILE>',
        framing: 'length',
        length: '6',
        a: 'b',
      },
    );
  },
);

testStyles('offset and bytesToWrite pick a part; 0 bytes are all of it', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, '0123456789');

  const part = await send(host, style, { file, offset: 2, bytesToWrite: 3, flags: 0 });
  const rest = await send(host, style, { file, offset: 7, bytesToWrite: 0, flags: 0 });

  assert.deepEqual([part.text, rest.text], ['234', '789']);
});

testStyles('the completion counts the bytes of the file only', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, '0123456789');
  const info = { file, head: 'head', tail: 'tail', flags: HSE_IO_ASYNC };

  const { text } = await send(host, style, info, { key: style });

  assert.equal(text, 'head0123456789tail');
  assert.deepEqual(await host.collect(style), {
    bytes: 10,
    error: 0,
    isInside: false,
    isSame: true,
    context: 'context',
  });
});

testStyles('a completion of its own goes before the registered one', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, 'own');

  const { text } = await host.fetch('own', style, { query: `&file=${file}` });

  assert.equal(text, `own${JSON.stringify({ context: 'own', bytes: 3, error: 0 })}`);
});

testStyles('an open file is sent, and stays open', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, 'opened');

  const { text } = await send(host, style, { file: { fd: file }, flags: 0 });

  assert.equal(text, 'opened');
});

testStyles('output before and after keeps its place', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, 'FILE');

  const { text } = await send(host, style, { file, flags: 0 }, { before: '1', after: '2' });

  assert.equal(text, '1FILE2');
});

test('calls that are not awaited keep their order, to the end of the session', async (t) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, 'FILE');

  const { text } = await host.fetch('unawaited', 'promise', { query: `&file=${file}` });

  assert.equal(text, 'aFILEbcFILE');
});

testStyles(
  'HSE_IO_DISCONNECT_AFTER_SEND closes the connection, and is the last output',
  async (t, style) => {
    const host = await CaseHost.start(t, 'sending');
    const file = await withFile(t, 'last');
    const client = await RawClient.connect(t, host.port);
    const info = JSON.stringify({ file, flags: HEADERS | HSE_IO_DISCONNECT_AFTER_SEND });

    client.request(host.target('send', style, `&${new URLSearchParams({ info }).toString()}`));

    const { headers, text } = await client.next();
    assert.deepEqual([headers['connection'], text], ['close', 'last']);
    assert.equal((await client.untilClosed()).by, 'end');
  },
);

testStyles('what cannot be sent is refused before a byte is out', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, '0123456789');
  const INVALID = ['ERROR_INVALID_PARAMETER', 87];
  const cases: readonly (readonly [info: unknown, error: unknown])[] = [
    [{ file, offset: 11, flags: HEADERS }, ['WSAEINVAL', 10022]],
    [{ file, offset: 5, bytesToWrite: 6, flags: 0 }, ['ERROR_HANDLE_EOF', 38]],
    [{ file: `${file}.missing`, flags: 0 }, ['ERROR_FILE_NOT_FOUND', 2]],
    [{ file: '/', flags: 0 }, ['ERROR_INVALID_HANDLE', 6]],
    [{ file: 7, flags: 0 }, ['ERROR_INVALID_HANDLE', 6]],
    [{ file: '', flags: 0 }, ['ERROR_INVALID_HANDLE', 6]],
    [{ file, flags: HSE_IO_ASYNC }, INVALID],
    [{ file }, INVALID],
    [{ file, flags: 0x10 }, INVALID],
    [{ file, flags: 3 }, INVALID],
    [{ file, flags: 0, offset: -1 }, INVALID],
    [{ file, flags: 0, offset: 0.5 }, INVALID],
    [{ file, flags: 0, bytesToWrite: '1' }, INVALID],
    [{ file, flags: 0, head: 1 }, INVALID],
    [{ file, flags: HEADERS, status: 99 }, INVALID],
    [{ file, flags: HEADERS, head: [['a\nb', 'c']] }, INVALID],
    [null, INVALID],
    [7, INVALID],
  ];
  const query = new URLSearchParams({ infos: JSON.stringify(cases.map(([info]) => info)) });

  const { statusCode, text } = await host.fetch('errors', style, { query: `&${query.toString()}` });

  assert.deepEqual([statusCode, JSON.parse(text)], [200, cases.map(([, error]) => error)]);
});

test('a large file reaches a slow client whole', async (t) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, Buffer.alloc(20 << 20, 'x'));
  const info = JSON.stringify({ file, flags: HEADERS });
  let bytes = 0;
  const client = await RawClient.connect(t, host.port);

  client.request(host.target('send', 'promise', `&${new URLSearchParams({ info }).toString()}`));
  await client.next({ onBody: (piece) => (bytes += piece.length) });

  assert.equal(bytes, 20 << 20);
});

test('HEAD has the length of the file and no byte of it', async (t) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, 'FILE');
  const query = `&${new URLSearchParams({ info: JSON.stringify({ file, flags: HEADERS }) }).toString()}`;

  const { headers, text } = await fetchRaw(t, host.port, host.target('send', 'promise', query), {
    method: 'HEAD',
  });

  assert.deepEqual([headers['content-length'], text], ['4', '']);
});

test('a file that ends before its length cuts the answer', async (t) => {
  const host = await CaseHost.start(t, 'sending');
  const file = await withFile(t, 'short');
  const head = { status: 200, header: { 'Content-Length': '9' }, keepConn: true };

  const cut = send(host, 'promise', { file, flags: 0 }, { head: JSON.stringify(head) });

  await assert.rejects(cut, CutError);
});
