// Heads that an extension writes itself into a send, profile classic: reference isapi.md sections 4.3 and 5.2.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fixtures } from '../helpers/fixtures.ts';
import { RawClient } from '../helpers/raw-http.ts';
import { brief, outcomesOf, scriptUrl, type Step, styles } from '../helpers/script.ts';
import { startHost } from '../helpers/start-host.ts';

const host = await startHost(
  { after },
  { profile: 'classic', fixtures: ['script'], pools: { default: { maxThreads: 1 } } },
);

function write(...texts: readonly string[]): Step[] {
  return texts.map((text) => ['writeClient', text]);
}

const FRAMED =
  'HTTP/1.1 404 Nothing Here\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc';

// 4.3, TRANSMIT_FILE: FTrans sends its head in pHead, without HSE_IO_SEND_HEADERS.
for (const style of styles) {
  test(`bytes before a file may be a raw head, ${style}`, async (t) => {
    const client = await RawClient.connect(t, host.port);
    const text = await readFile(join(fixtures, 'hello.mjs'), 'latin1');
    const head = `HTTP/1.1 203 Sent\r\nContent-Length: ${text.length}\r\nConnection: keep-alive\r\n\r\n`;
    const file = join(fixtures, 'hello.mjs');
    const steps: readonly Step[] = [['serverSupportFunction', 1006, { file, head, flags: 0 }]];

    const seen = await client.request(scriptUrl({ style, steps })).next().then(brief);

    assert.equal(seen, `203 length keep-alive ${JSON.stringify(text)}`);
  });
}

for (const style of styles) {
  test(`a raw head before a file that cannot be sent is not sent either, ${style}`, async (t) => {
    const client = await RawClient.connect(t, host.port);
    const head = 'HTTP/1.1 203 Sent\r\n\r\n';
    const file = join(fixtures, 'none');
    const steps: readonly Step[] = [
      ['serverSupportFunction', 1006, { file, head, flags: 0 }],
      ['serverSupportFunction', 1006, { head: 'HTTP/1.1 404 No\r\nContent-', flags: 0 }],
      ...write(FRAMED),
    ];

    const seen = await client
      .request(scriptUrl({ id: style, style, steps }))
      .next()
      .then(brief);

    assert.equal(seen, '404 length keep-alive "abc"');
    const outcomes = await outcomesOf(client, style);
    assert.deepEqual(outcomes.slice(0, 2), [
      { code: 'ERROR_FILE_NOT_FOUND', number: 2 },
      { code: 'ERROR_INVALID_PARAMETER', number: 87 },
    ]);
  });
}

// 4.3, VECTOR_SEND: without HSE_IO_SEND_HEADERS the elements are the raw output.
const memory = (...buffers: readonly string[]): object[] =>
  buffers.map((buffer) => ({ type: 0, buffer }));
const RAW = 'HTTP/1.1 203 Sent\r\nContent-Length: 3\r\n';
const KEEP = 'Connection: keep-alive\r\n\r\n';
const FINAL = 0x10;

const vectors: readonly (readonly [
  rule: string,
  before: readonly Step[],
  flags: number,
  elements: readonly object[],
  expected: string,
])[] = [
  ['a raw head', [], 0, memory(`${RAW}${KEEP}abc`), '203 length keep-alive "abc"'],
  [
    'a raw head in several elements',
    [],
    0,
    memory(RAW, 'Connec', `${KEEP.slice(6)}a`, 'bc'),
    '203 length keep-alive "abc"',
  ],
  [
    'the rest of a raw head that was begun',
    write('HTTP/1.1 203'),
    0,
    memory(`${RAW.slice(12)}${KEEP}abc`),
    '203 length keep-alive "abc"',
  ],
  [
    'a raw head before a file',
    [],
    0,
    [...memory(`${RAW}${KEEP}`), { type: 1, file: join(fixtures, 'hello.mjs'), size: 3 }],
    '203 length keep-alive "// "',
  ],
  [
    'header fields without a status line',
    [],
    0,
    memory(`Content-Length: 3\n${KEEP}abc`),
    '200 length keep-alive "abc"',
  ],
  ['a body', [], 0, memory('abc'), '200 close close "abc"'],
  [
    'a file without a head',
    [],
    0,
    [{ type: 1, file: join(fixtures, 'hello.mjs'), size: 3 }],
    '200 close close "// "',
  ],
  [
    'chunks of its own',
    [],
    FINAL,
    memory('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n', KEEP, '3\r\nabc\r\n0\r\n\r\n'),
    '200 chunked keep-alive "abc"',
  ],
];

for (const [rule, before, flags, elements, expected] of vectors) {
  for (const style of styles) {
    test(`a vector may hold ${rule}, ${style}`, async (t) => {
      const client = await RawClient.connect(t, host.port);
      const steps: readonly Step[] = [
        ...before,
        ['serverSupportFunction', 1037, { flags, elements }],
      ];

      const seen = await client.request(scriptUrl({ style, steps })).next().then(brief);

      assert.equal(seen, expected);
    });
  }
}

for (const [end, connection] of [
  [1, 'close'],
  [2, undefined],
] as const) {
  test(`the final status ${end} decides on a raw head that is the last send`, async (t) => {
    const client = await RawClient.connect(t, host.port);
    const file = { type: 1, file: join(fixtures, 'hello.mjs'), size: 3 };
    const elements = [...memory(`${RAW}\r\n`), file];
    const steps: readonly Step[] = [['serverSupportFunction', 1037, { flags: FINAL, elements }]];

    const { text } = await client.request(scriptUrl({ steps, end })).next();

    assert.equal(text, '// ');
    if (connection === 'close') assert.equal((await client.untilClosed()).rest.length, 0);
    else assert.notEqual((await outcomesOf(client)).length, 0);
  });
}

// 5.2: Transfer-Encoding is the extension's, and header lines may begin with a status line (11.1, 3 / 1016).
const CODED = 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n';

for (const [rule, code, input, expected] of [
  [
    'TRANSMIT_FILE with headers may have chunks of its own',
    1006,
    { head: CODED, flags: 8 },
    '200 chunked keep-alive "abc"',
  ],
  [
    'VECTOR_SEND with headers may have chunks of its own',
    1037,
    { status: 200, headers: CODED, elements: [], flags: 8 + FINAL },
    '200 chunked keep-alive "abc"',
  ],
  [
    'SEND_RESPONSE_HEADER may have its status among the headers',
    3,
    { header: `${RAW}\r\nabc` },
    '203 length keep-alive "abc"',
  ],
  [
    'SEND_RESPONSE_HEADER_EX may have its status among the headers',
    1016,
    { header: `${RAW}\r\nabc`, keepConn: true },
    '203 length keep-alive "abc"',
  ],
  [
    'a status that is given counts more than one among the headers',
    1016,
    { status: '404 Given', header: `${RAW}\r\nabc`, keepConn: true },
    '404 length keep-alive "abc"',
  ],
  [
    'TRANSMIT_FILE with headers may have its status among them',
    1006,
    { head: `${RAW}\r\nabc`, flags: 8 },
    '203 length keep-alive "abc"',
  ],
] as const) {
  for (const style of styles) {
    test(`${rule}, ${style}`, async (t) => {
      const client = await RawClient.connect(t, host.port);
      const steps: readonly Step[] = [['serverSupportFunction', code, input]];

      const seen = await client.request(scriptUrl({ style, steps })).next().then(brief);

      assert.equal(seen, expected);
    });
  }
}
