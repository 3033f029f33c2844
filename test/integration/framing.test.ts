import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw, RawClient, type RawResponse } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

const host = await startHost(test, {
  fixtures: ['respond', 'hello'],
});

/** What `respond` is told to answer. */
interface Answer {
  readonly head?: object;
  readonly isOld?: boolean;
  readonly writes?: readonly string[];
  readonly flush?: boolean;
  readonly status?: number;
}

function targetOf(answer: Answer): string {
  return `/respond?${encodeURIComponent(JSON.stringify(answer))}`;
}

/** What told the client where the body ends, what it was, and whether the connection lived on. */
function framingOf({ framing, headers, text }: RawResponse): readonly unknown[] {
  return [framing, text, headers['connection']];
}

interface Row {
  readonly what: string;
  readonly answer: Answer;
  readonly framing: readonly unknown[];
}

const keep = { keepConn: true };
const length5 = { keepConn: true, header: { 'Content-Length': '5' } };

const http11: readonly Row[] = [
  {
    what: 'a small answer has a length',
    answer: { writes: ['ab', 'cd'] },
    framing: ['length', 'abcd', 'keep-alive'],
  },
  { what: 'an empty answer has a length', answer: {}, framing: ['length', '', 'keep-alive'] },
  {
    what: 'a head alone is an empty answer',
    answer: { head: keep },
    framing: ['length', '', 'keep-alive'],
  },
  {
    what: 'an answer that is flushed is chunked',
    answer: { writes: ['ab', 'cd'], flush: true },
    framing: ['chunked', 'abcd', 'keep-alive'],
  },
  {
    what: 'keepConn: false closes',
    answer: { head: { keepConn: false }, writes: ['ab'] },
    framing: ['length', 'ab', 'close'],
  },
  {
    what: 'keepConn: false closes a chunked answer',
    answer: { head: { keepConn: false }, writes: ['ab'], flush: true },
    framing: ['chunked', 'ab', 'close'],
  },
  {
    what: "the extension's length is kept",
    answer: { head: length5, writes: ['abcde'], flush: true },
    framing: ['length', 'abcde', 'keep-alive'],
  },
  {
    what: 'Transfer-Encoding of the extension is not passed through',
    answer: {
      head: { keepConn: true, header: { 'Transfer-Encoding': 'chunked' } },
      writes: ['5\r\n'],
    },
    framing: ['length', '5\r\n', 'keep-alive'],
  },
  {
    what: 'Connection: close of the extension closes',
    answer: { head: { keepConn: true, header: { Connection: 'close' } }, writes: ['ab'] },
    framing: ['length', 'ab', 'close'],
  },
  {
    what: 'text behind the header lines is the beginning of the body',
    answer: { head: { keepConn: true, header: 'A: b\r\n\r\nabc' }, writes: ['de'] },
    framing: ['length', 'abcde', 'keep-alive'],
  },
  {
    what: 'SEND_RESPONSE_HEADER works as well',
    answer: { head: { status: '200 OK' }, isOld: true, writes: ['ab'] },
    framing: ['length', 'ab', 'keep-alive'],
  },
  {
    what: '204 has no body and no length',
    answer: { head: { ...keep, status: 204 } },
    framing: ['none', '', 'keep-alive'],
  },
  {
    what: 'the body of a 204 is dropped',
    answer: { head: { ...keep, status: 204 }, writes: ['ab'] },
    framing: ['none', '', 'keep-alive'],
  },
  {
    what: 'the body of a flushed 204 is dropped',
    answer: { head: { ...keep, status: 204 }, writes: ['ab'], flush: true },
    framing: ['none', '', 'keep-alive'],
  },
  {
    what: 'the body of a 304 is dropped',
    answer: { head: { ...keep, status: 304 }, writes: ['ab'] },
    framing: ['none', '', 'keep-alive'],
  },
];

for (const { what, answer, framing } of http11) {
  test(`HTTP/1.1: ${what}`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    const response = await client.request(targetOf(answer)).next();

    assert.deepEqual(framingOf(response), framing);
    if (framing[2] === 'close') {
      assert.equal((await client.untilClosed()).rest.length, 0);
    } else {
      assert.equal((await client.request('/hello').next()).text, 'hello');
    }
  });
}

const http10: readonly Row[] = [
  {
    what: 'a small answer has a length',
    answer: { writes: ['ab'] },
    framing: ['length', 'ab', 'close'],
  },
  {
    what: 'an answer that is flushed ends with the connection',
    answer: { writes: ['ab'], flush: true },
    framing: ['close', 'ab', 'close'],
  },
  {
    what: 'an answer that is flushed and has a length keeps it',
    answer: { head: length5, writes: ['abcde'], flush: true },
    framing: ['length', 'abcde', 'close'],
  },
];

for (const { what, answer, framing } of http10) {
  test(`HTTP/1.0: ${what}`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    const response = await client.send(`GET ${targetOf(answer)} HTTP/1.0\r\n\r\n`).next();

    assert.deepEqual(framingOf(response), framing);
    assert.equal((await client.untilClosed()).rest.length, 0);
  });
}

test('HTTP/1.0: a client that asks for it keeps its connection, when the answer has a length', async (t) => {
  const client = await RawClient.connect(t, host.port);
  const request = 'GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n';

  const responses = [await client.send(request).next(), await client.send(request).next()];

  assert.deepEqual(responses.map(framingOf), [
    ['length', 'hello', 'keep-alive'],
    ['length', 'hello', 'keep-alive'],
  ]);
});

test('HTTP/1.0: an answer without a length closes, though the client asks to keep the connection', async (t) => {
  const client = await RawClient.connect(t, host.port);
  const target = targetOf({ writes: ['ab'], flush: true });

  const response = await client
    .send(`GET ${target} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`)
    .next();

  assert.deepEqual(framingOf(response), ['close', 'ab', 'close']);
});

for (const flush of [false, true]) {
  test(`HEAD has no body, and the connection lives on (${flush ? 'flushed' : 'small'} answer)`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    const head = await client
      .request(targetOf({ writes: ['abc'], flush }), { method: 'HEAD' })
      .next({ method: 'HEAD' });
    const next = await client.request('/hello').next();

    assert.deepEqual([head.statusCode, head.text, next.text], [200, '', 'hello']);
  });
}

test('HEAD says the length that GET would', async (t) => {
  const client = await RawClient.connect(t, host.port);

  const declared = await client
    .request(targetOf({ head: length5 }), { method: 'HEAD' })
    .next({ method: 'HEAD' });
  const written = await client
    .request(targetOf({ writes: ['abc'] }), { method: 'HEAD' })
    .next({ method: 'HEAD' });

  assert.deepEqual(
    [declared.headers['content-length'], written.headers['content-length']],
    ['5', '3'],
  );
});

const lies: readonly (readonly [what: string, answer: Answer, received: string])[] = [
  ['shorter than its Content-Length', { head: length5, writes: ['abc'] }, 'abc'],
  ['empty, against its Content-Length', { head: length5 }, ''],
  [
    'shorter than its Content-Length, flushed',
    { head: length5, writes: ['abc'], flush: true },
    'abc',
  ],
  ['ERROR after output that was flushed', { writes: ['abc'], flush: true, status: 4 }, 'abc\r\n'],
  ['ERROR after output', { writes: ['abc'], status: 4 }, 'abc\r\n'],
  [
    'garbage after output that was flushed',
    { writes: ['abc'], flush: true, status: 77 },
    'abc\r\n',
  ],
];

for (const [what, answer, received] of lies) {
  test(`an answer that is ${what} is cut off, and never ends cleanly`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    await assert.rejects(client.request(targetOf(answer)).next(), (error: Error) => {
      assert.equal(error.name, 'CutError');
      assert.ok((error as Error & { received: string }).received.endsWith(`\r\n${received}`));
      return true;
    });
  });
}

for (const flush of [false, true]) {
  test(`an answer longer than its Content-Length is cut at that length, and the connection closes (${flush ? 'flushed' : 'small'})`, async (t) => {
    const client = await RawClient.connect(t, host.port);

    const response = await client
      .request(targetOf({ head: length5, writes: ['abcdefgh'], flush }))
      .next();

    assert.equal(response.text, 'abcde');
    assert.equal((await client.untilClosed()).rest.length, 0);
  });
}

test('ERROR before any output is a 500, and the connection lives on', async (t) => {
  const client = await RawClient.connect(t, host.port);

  const response = await client.request(targetOf({ status: 4 })).next();
  const next = await client.request('/hello').next();

  assert.deepEqual([response.statusCode, next.text], [500, 'hello']);
});

test('a bad head of an extension that does not catch it is a 500 with nothing of that head', async (t) => {
  const head = { keepConn: true, header: { 'X-A': 'a\r\nX-Smuggled: b' } };

  const response = await fetchRaw(t, host.port, targetOf({ head, writes: ['x'] }));

  assert.equal(response.statusCode, 500);
  assert.equal(response.headers['x-smuggled'], undefined);
  assert.equal(response.headers['x-a'], undefined);
});

test('status line, headers and their order come from the extension; Server and Date from the host when it gives none', async (t) => {
  const head = {
    keepConn: true,
    status: '299 Quite Fine',
    header: [
      ['x-First', '1'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ],
  };

  const response = await fetchRaw(t, host.port, targetOf({ head, writes: ['x'] }));

  assert.match(
    response.head,
    /^HTTP\/1\.1 299 Quite Fine\r\nx-First: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n/,
  );
  assert.match(response.headers['server'] ?? '', /^isapi-host\/\d+\.\d+$/);
  assert.equal(new Date(response.headers['date'] ?? '').toUTCString(), response.headers['date']);
});

test("an extension's own Server and Date stand alone", async (t) => {
  const head = { keepConn: true, header: { Server: 'mine', Date: 'today' } };

  const { headers } = await fetchRaw(t, host.port, targetOf({ head, writes: ['x'] }));

  assert.deepEqual([headers['server'], headers['date']], ['mine', 'today']);
});
