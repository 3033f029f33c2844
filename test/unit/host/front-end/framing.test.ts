import assert from 'node:assert/strict';
import test from 'node:test';
import { buildKeepLines, frame } from '@isapi-host/host/internal/front-end/framing';
import type { AnswerHead } from '@isapi-host/worker-runtime/protocol';

/** One row of the decision table: what is known, and how the answer is framed. */
const keepLines = buildKeepLines(5000);

interface Row {
  readonly version: '1.0' | '1.1';
  readonly method?: string;
  readonly status?: number;
  /** Whether the client lets the connection live on. */
  readonly client?: boolean;
  /** Whether the extension does. */
  readonly extension?: boolean;
  /** Content-Length that the extension gave. */
  readonly declared?: number;
  /** Body bytes, when the whole answer is there. */
  readonly known?: number;
  /** Content-Length sent, `chunked`, or what else ends the body. */
  readonly ends: number | 'chunked' | 'close' | 'head';
  readonly keeps: boolean;
}

const rows: readonly Row[] = [
  { version: '1.1', known: 5, ends: 5, keeps: true },
  { version: '1.1', known: 0, ends: 0, keeps: true },
  { version: '1.1', ends: 'chunked', keeps: true },
  { version: '1.1', declared: 5, ends: 5, keeps: true },
  { version: '1.1', declared: 5, known: 5, ends: 5, keeps: true },
  { version: '1.1', known: 5, client: false, ends: 5, keeps: false },
  { version: '1.1', known: 5, extension: false, ends: 5, keeps: false },
  { version: '1.1', client: false, ends: 'chunked', keeps: false },
  { version: '1.1', extension: false, ends: 'chunked', keeps: false },
  { version: '1.0', known: 5, client: false, ends: 5, keeps: false },
  { version: '1.0', known: 5, ends: 5, keeps: true },
  { version: '1.0', declared: 5, ends: 5, keeps: true },
  { version: '1.0', ends: 'close', keeps: false },
  { version: '1.0', extension: false, ends: 'close', keeps: false },
  { version: '1.1', method: 'HEAD', known: 5, ends: 'head', keeps: true },
  { version: '1.1', method: 'HEAD', ends: 'head', keeps: true },
  { version: '1.0', method: 'HEAD', ends: 'head', keeps: true },
  { version: '1.1', method: 'HEAD', client: false, ends: 'head', keeps: false },
  { version: '1.1', status: 204, known: 0, ends: 'head', keeps: true },
  { version: '1.1', status: 204, ends: 'head', keeps: true },
  { version: '1.0', status: 204, ends: 'head', keeps: true },
  { version: '1.1', status: 304, known: 0, ends: 'head', keeps: true },
  { version: '1.1', status: 304, ends: 'head', keeps: true },
  { version: '1.1', status: 204, extension: false, ends: 'head', keeps: false },
];

for (const row of rows) {
  test(`framing of ${JSON.stringify({ ...row, ends: undefined, keeps: undefined })}: ${row.ends}, ${row.keeps ? 'keeps' : 'closes'}`, () => {
    const { version, method = 'GET', status = 200, client = true, known, ends, keeps } = row;

    const framing = frame(
      headOf(row),
      { method, httpVersion: version, keepConn: client, keepLines },
      known,
    );

    const headers = framing.head;
    assert.equal(framing.statusCode, status);
    assert.equal(framing.isLast, !keeps);
    assert.equal(/^Connection: (.*)\r$/m.exec(headers)?.[1], keeps ? 'keep-alive' : 'close');
    assert.equal(framing.isChunked, ends === 'chunked');
    assert.equal(/^Transfer-Encoding: chunked\r$/m.test(headers), ends === 'chunked');
    assert.equal(framing.hasBody, ends !== 'head');
    assert.equal(framing.contentLength, typeof ends === 'number' ? ends : undefined);
    if (ends !== 'head') {
      assert.equal(lengthIn(headers), typeof ends === 'number' ? ends : undefined);
    }
    assert.ok(headers.endsWith('\r\n\r\n'));
    assert.equal(headers.indexOf('\r\n\r\n'), headers.length - 4);
  });
}

test('a 204 never has a Content-Length', () => {
  const head = headOf({ version: '1.1', status: 204, declared: 5, ends: 'head', keeps: true });

  const framing = frame(head, { method: 'GET', httpVersion: '1.1', keepConn: true, keepLines }, 0);

  assert.equal(lengthIn(framing.head), undefined);
});

test('HEAD says the length that was declared or is known', () => {
  const request = { method: 'HEAD', httpVersion: '1.1', keepConn: true, keepLines };
  const plain = headOf({ version: '1.1', ends: 'head', keeps: true });

  assert.equal(lengthIn(frame({ ...plain, contentLength: 7 }, request, 0).head), 7);
  assert.equal(lengthIn(frame(plain, request, 9).head), 9);
});

test('Server and Date are added unless the extension gave them', () => {
  const request = { method: 'GET', httpVersion: '1.1', keepConn: true, keepLines };
  const plain = headOf({ version: '1.1', ends: 0, keeps: true });

  const added = frame(plain, request, 0).head;
  const own = frame({ ...plain, hasDate: true, hasServer: true }, request, 0).head;

  assert.match(added, /^Server: isapi-host\/\d+\.\d+\r$/m);
  assert.match(added, /^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r$/m);
  assert.doesNotMatch(own, /^(?:Server|Date):/m);
});

function headOf({ status = 200, extension = true, declared }: Row): AnswerHead {
  return {
    statusCode: status,
    text: `HTTP/1.1 ${status} X\r\nA: b\r\n`,
    contentLength: declared,
    keepConn: extension,
    hasDate: false,
    hasServer: false,
  };
}

function lengthIn(head: string): number | undefined {
  const length = /^Content-Length: (\d+)\r$/m.exec(head)?.[1];
  return length === undefined ? undefined : Number(length);
}
