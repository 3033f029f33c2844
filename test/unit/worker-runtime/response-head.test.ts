import assert from 'node:assert/strict';
import test from 'node:test';
import type { HeaderLines } from '@isapi-host/sdk';
import { parseResponseHead } from '@isapi-host/worker-runtime/internal/response-head';

/** Status line and headers as they go out, and what is said of them. */
function parse(status?: string | number, lines?: HeaderLines, keepConn = true): object {
  const { head, body } = parseResponseHead(status, lines, keepConn);
  return { ...head, body };
}

const plain = {
  statusCode: 200,
  text: 'HTTP/1.1 200 OK\r\n',
  contentLength: undefined,
  keepConn: true,
  hasDate: false,
  hasServer: false,
  body: '',
};

const statuses: readonly (readonly [status: string | number | undefined, line: string])[] = [
  [undefined, 'HTTP/1.1 200 OK'],
  [404, 'HTTP/1.1 404 Not Found'],
  ['404', 'HTTP/1.1 404 Not Found'],
  ['404 Gone Fishing', 'HTTP/1.1 404 Gone Fishing'],
  ['404 ', 'HTTP/1.1 404 Not Found'],
  ['HTTP/1.0 302 Found', 'HTTP/1.1 302 Found'],
  ['HTTP/1.1 302 Found', 'HTTP/1.1 302 Found'],
  ['200 OK\0', 'HTTP/1.1 200 OK'],
  ['299 caf\u00e9', 'HTTP/1.1 299 caf\u00e9'],
  [599, 'HTTP/1.1 599 '],
];

for (const [status, line] of statuses) {
  test(`status ${JSON.stringify(status)} goes out as ${JSON.stringify(line)}`, () => {
    const { head } = parseResponseHead(status, undefined, true);

    assert.equal(head.text, `${line}\r\n`);
    assert.equal(head.statusCode, Number(line.slice(9, 12)));
  });
}

const badStatuses: readonly unknown[] = [
  0,
  99,
  100,
  101,
  103,
  199,
  600,
  999,
  1e9,
  200.7,
  -200,
  Number.NaN,
  Infinity,
  '',
  'OK',
  '200OK',
  '0200 OK',
  '2000 OK',
  '200 O\rK',
  '200 OK\r\nX-Smuggled: yes',
  '200 OK\nX-Smuggled: yes',
  '200 O\0K',
  '200 \u20ac',
  'HTTP/2 200 OK',
  '101 Switching Protocols',
  {},
  true,
];

for (const status of badStatuses) {
  test(`status ${JSON.stringify(status) ?? String(status)} (${typeof status}) is refused`, () => {
    assert.throws(() => parseResponseHead(status as string, undefined, true), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  });
}

const spellings: readonly (readonly [what: string, lines: HeaderLines])[] = [
  ['text ended by CR LF', 'A: 1\r\nB: 2\r\n\r\n'],
  ['text ended by LF', 'A: 1\nB: 2\n\n'],
  ['text without the empty line', 'A: 1\r\nB: 2\r\n'],
  ['text without the last line end', 'A: 1\r\nB: 2'],
  ['text with the NUL of C behind it', 'A: 1\r\nB: 2\r\n\r\n\0'],
  ['text without blanks behind the colon', 'A:1\r\nB:2\r\n\r\n'],
  [
    'pairs',
    [
      ['A', '1'],
      ['B', '2'],
    ],
  ],
  ['a record', { A: '1', B: '2' }],
];

for (const [what, lines] of spellings) {
  test(`headers as ${what} go out in the order given`, () => {
    const { head } = parseResponseHead(undefined, lines, true);

    assert.match(head.text, /^HTTP\/1\.1 200 OK\r\nA: ?1\r\nB: ?2\r\n$/);
  });
}

test('a record sends a header once per value of a list', () => {
  const { head } = parseResponseHead(200, { 'Set-Cookie': ['a=1', 'b=2'] }, true);

  assert.equal(head.text, 'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n');
});

test('names keep their case, and repeated headers stay apart', () => {
  const { head } = parseResponseHead(200, 'x-lower: 1\r\nX-UPPER: 2\r\nx-lower: 3\r\n\r\n', true);

  assert.equal(head.text, 'HTTP/1.1 200 OK\r\nx-lower: 1\r\nX-UPPER: 2\r\nx-lower: 3\r\n');
});

test('text behind the empty line is the beginning of the body, byte for byte', () => {
  const { head, body } = parseResponseHead(200, 'A: 1\r\n\r\n\r\nline: two\nend', true);

  assert.equal(head.text, 'HTTP/1.1 200 OK\r\nA: 1\r\n');
  assert.equal(body, '\r\nline: two\nend');
});

test('text that begins with an empty line is all body', () => {
  assert.deepEqual(parse(200, '\r\nbody'), { ...plain, body: 'body' });
});

for (const name of [
  'Connection',
  'Keep-Alive',
  'Proxy-Connection',
  'Transfer-Encoding',
  'Upgrade',
  'TE',
]) {
  test(`${name}, which frames, is not passed through`, () => {
    assert.deepEqual(parse(200, [[name.toUpperCase(), 'chunked, upgrade']]), plain);
  });
}

test('`Connection: close` closes, though it is not passed through', () => {
  assert.deepEqual(parse(200, 'Connection: Close\r\n\r\n'), { ...plain, keepConn: false });
});

test('`keepConn: false` closes', () => {
  assert.deepEqual(parse(200, undefined, false), { ...plain, keepConn: false });
});

test('Content-Length is taken out of the text, for the host to hold the extension to', () => {
  assert.deepEqual(parse(200, { 'content-LENGTH': '12' }), { ...plain, contentLength: 12 });
});

test('the same Content-Length twice is one', () => {
  assert.deepEqual(
    parse(200, [
      ['Content-Length', '5'],
      ['Content-Length', '5'],
    ]),
    {
      ...plain,
      contentLength: 5,
    },
  );
});

for (const length of [
  '',
  '-1',
  '+1',
  '1.5',
  '0x10',
  '1_0',
  '1e3',
  '5, 5',
  'five',
  '9'.repeat(16),
]) {
  test(`Content-Length ${JSON.stringify(length)} is refused`, () => {
    assert.throws(() => parseResponseHead(200, { 'Content-Length': length }, true), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  });
}

test('two different values of Content-Length are refused', () => {
  const lines = [
    ['Content-Length', '5'],
    ['Content-Length', '6'],
  ] as const;

  assert.throws(() => parseResponseHead(200, lines, true), { code: 'ERROR_INVALID_PARAMETER' });
});

test("Date and Server of the extension stand in place of the host's", () => {
  assert.deepEqual(parse(200, 'date: today\r\nSERVER: mine\r\n\r\n'), {
    ...plain,
    text: 'HTTP/1.1 200 OK\r\ndate: today\r\nSERVER: mine\r\n',
    hasDate: true,
    hasServer: true,
  });
});

const badHeaders: readonly (readonly [what: string, lines: unknown])[] = [
  ['CR in a value', [['A', 'x\ry']]],
  ['LF in a value', [['A', 'x\ny']]],
  ['CR LF and a header in a value', { A: 'x\r\nSet-Cookie: stolen' }],
  ['NUL in a value', { A: 'x\0y' }],
  ['DEL in a value', { A: 'x\u007fy' }],
  ['a character above U+00FF in a value', { A: '\u0100' }],
  ['a control character in a value', { A: '\u0001' }],
  ['CR within a line of text', 'A: x\ry\r\n\r\n'],
  ['NUL within a line of text', 'A: x\0y\r\n\r\n'],
  ['an empty name', [['', 'x']]],
  ['a blank in a name', { 'A B': 'x' }],
  ['a blank before the colon', 'A : x\r\n\r\n'],
  ['a colon in a name', { 'A:': 'x' }],
  ['a line break in a name', { 'A\r\nB': 'x' }],
  ['a name beyond ASCII', { '\u00c4': 'x' }],
  ['a folded line', 'A: x\r\n y\r\n\r\n'],
  ['a line without a colon', 'no header\r\n\r\n'],
  ['a value that is no text', [['A', {}]]],
  ['a name that is no text', [[1, 'x']]],
  ['a number in place of headers', 7],
  ['a function in place of headers', (): void => undefined],
  ['101 headers', Array.from({ length: 101 }, (_, i) => [`A${i}`, 'x'])],
  ['a head over 16 KiB', { A: 'x'.repeat(16 * 1024) }],
];

for (const [what, lines] of badHeaders) {
  test(`${what} is refused`, () => {
    assert.throws(() => parseResponseHead(200, lines as HeaderLines, true), {
      code: 'ERROR_INVALID_PARAMETER',
    });
  });
}

test('100 headers and tabs and latin1 in values are allowed', () => {
  const lines = Array.from({ length: 100 }, (_, i) => [`A${i}`, '\tx\u00ff'] as const);

  assert.equal(parseResponseHead(200, lines, true).head.text.split('\r\n').length, 102);
});

test('a refusal says which header, and shows no more than the start of a long value', () => {
  assert.throws(
    () => parseResponseHead(200, { 'X-Long': `${'a'.repeat(5000)}\0` }, true),
    (error: Error) => error.message.includes('X-Long') && error.message.length < 300,
  );
});
