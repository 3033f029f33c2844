import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import {
  HSE_IO_ASYNC,
  HSE_IO_DISCONNECT_AFTER_SEND,
  HSE_IO_FINAL_SEND,
  HSE_IO_SEND_HEADERS,
} from '@isapi-host/sdk';
import type { RawResponse } from '../helpers/raw-http.ts';
import { CaseHost, type Style, testStyles } from './case-host.ts';

// isapi.md 4.3, HSE_REQ_VECTOR_SEND.

const file = fileURLToPath(new URL('../../fixtures/conformance/site/page.txt', import.meta.url));
const FINAL = HSE_IO_SEND_HEADERS | HSE_IO_FINAL_SEND;
const INVALID = ['ERROR_INVALID_PARAMETER', 87];

function send(
  host: CaseHost,
  style: Style,
  info: object,
  more: Readonly<Record<string, string>> = {},
): Promise<RawResponse> {
  const query = new URLSearchParams({ info: JSON.stringify(info), vector: '1', ...more });
  return host.fetch('send', style, { query: `&${query.toString()}` });
}

testStyles('memory and parts of files go out in the order of the elements', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const elements = [
    { type: 0, buffer: '0123', offset: 1, size: 2 },
    { type: 1, file, offset: 2, size: 4 },
    { type: 0, buffer: '|' },
    { type: 1, file },
  ];

  const { text } = await send(host, style, { flags: 0, elements });

  assert.equal(text, '12page|a page\n');
});

for (const [what, elements] of [
  ['memory', [{ type: 0, buffer: 'body' }]],
  ['a file', [{ type: 1, file, offset: 2, size: 4 }]],
  ['much memory', [{ type: 0, buffer: 'y'.repeat(200_000) }]],
] as const) {
  testStyles(`HSE_IO_FINAL_SEND with headers sends the length of ${what}`, async (t, style) => {
    const host = await CaseHost.start(t, 'sending', {
      limits: { maxUrlBytes: 400_000, maxHeaderBytes: 400_000 },
      pools: { default: { minThreads: 1, maxThreads: 1, maxQueue: 10 } },
    });
    const info = { flags: FINAL, status: '201 Made', headers: 'X-A: b\r\n', elements };

    const { statusCode, reason, framing, headers, text } = await send(host, style, info);

    assert.deepEqual([statusCode, reason, framing, headers['x-a']], [201, 'Made', 'length', 'b']);
    assert.equal(text.length, what === 'much memory' ? 200_000 : 4);
  });
}

testStyles('HSE_IO_DISCONNECT_AFTER_SEND closes the connection', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const flags = HSE_IO_SEND_HEADERS | HSE_IO_DISCONNECT_AFTER_SEND;
  const info = { flags, status: 200, headers: {}, elements: [{ type: 0, buffer: 'x' }] };

  const { headers, text } = await send(host, style, info);

  assert.deepEqual([headers['connection'], text], ['close', 'x']);
});

testStyles('the completion counts the bytes of all elements', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const memory = [{ type: 0, buffer: 'four' }];

  await send(host, style, { flags: HSE_IO_ASYNC, elements: memory }, { key: 'm' });
  await send(
    host,
    style,
    { flags: HSE_IO_ASYNC, elements: [...memory, { type: 1, file }] },
    { key: 'f' },
  );

  const told = { error: 0, isInside: false, isSame: true, context: 'context' };
  assert.deepEqual(await host.collect('m'), { bytes: 4, ...told });
  assert.deepEqual(await host.collect('f'), { bytes: 11, ...told });
});

testStyles('a vector that cannot be sent is refused before a byte is out', async (t, style) => {
  const host = await CaseHost.start(t, 'sending');
  const one = [{ type: 0, buffer: 'x' }];
  const cases: readonly (readonly [info: unknown, error: unknown])[] = [
    [{ flags: 3, elements: one }, INVALID],
    [{ flags: 0x80, elements: one }, INVALID],
    [{ flags: HSE_IO_ASYNC, elements: one }, INVALID],
    [{ flags: HSE_IO_SEND_HEADERS, elements: one }, INVALID],
    [{ flags: HSE_IO_SEND_HEADERS, status: 200, elements: one }, INVALID],
    [{ flags: 0, status: 200, headers: '', elements: one }, INVALID],
    [{ flags: 0 }, INVALID],
    [{ flags: 0, elements: {} }, INVALID],
    [{ flags: 0, elements: [null] }, INVALID],
    [{ flags: 0, elements: [{ type: 2 }] }, INVALID],
    [{ flags: 0, elements: [{ type: 0 }] }, INVALID],
    [{ flags: 0, elements: [{ type: 0, buffer: 'x', size: 0 }] }, INVALID],
    [{ flags: 0, elements: [{ type: 0, buffer: 'x', size: 2 }] }, INVALID],
    [{ flags: 0, elements: [{ type: 0, buffer: 'x', offset: -1 }] }, INVALID],
    [{ flags: 0, elements: Array.from({ length: 1025 }, () => ({})) }, INVALID],
    [{ flags: 0, elements: [...one, { type: 1, file: `${file}x` }] }, ['ERROR_FILE_NOT_FOUND', 2]],
    [{ flags: 0, elements: [...one, { type: 1, file, offset: 8 }] }, ['WSAEINVAL', 10022]],
    [{ flags: 0, elements: [...one, { type: 1, file, size: 8 }] }, ['ERROR_HANDLE_EOF', 38]],
  ];
  const infos = new URLSearchParams({ infos: JSON.stringify(cases.map(([info]) => info)) });

  const { statusCode, text } = await host.fetch('errors', style, {
    query: `&vector=1&${infos.toString()}`,
  });

  assert.deepEqual([statusCode, JSON.parse(text)], [200, cases.map(([, error]) => error)]);
});
