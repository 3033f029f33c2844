// The first output without a header call, profile classic: reference isapi.md section 3.2.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CutError, RawClient } from '../helpers/raw-http.ts';
import { brief, outcomesOf, scriptUrl, type Step, styles } from '../helpers/script.ts';
import { startHost } from '../helpers/start-host.ts';

const host = await startHost(
  { after },
  {
    profile: 'classic',
    fixtures: ['script'],
    // Scripts are in the URL.
    limits: { maxUrlBytes: 400_000, maxHeaderBytes: 400_000 },
    pools: { default: { maxThreads: 1, maxQueue: 10 } },
  },
);

function write(...texts: readonly string[]): Step[] {
  return texts.map((text) => ['writeClient', text]);
}

const FRAMED =
  'HTTP/1.1 404 Nothing Here\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nabc';

const answers: readonly (readonly [rule: string, steps: readonly Step[], expected: string])[] = [
  // Rule 1.
  ['a raw head gives status, reason and headers', write(FRAMED), '404 length keep-alive "abc"'],
  ['a raw head may come in pieces', write(...FRAMED.split('')), '404 length keep-alive "abc"'],
  [
    'a raw head may have LF alone',
    write(FRAMED.replaceAll('\r\n', '\n')),
    '404 length keep-alive "abc"',
  ],
  [
    'a raw head may be of HTTP/1.0',
    write(FRAMED.replace('1.1', '1.0')),
    '404 length keep-alive "abc"',
  ],
  [
    'a raw head may be bytes',
    [['writeClient', `hex:${Buffer.from(FRAMED).toString('hex')}`]],
    '404 length keep-alive "abc"',
  ],
  [
    'a raw head without a length is ended by the connection',
    write('HTTP/1.1 200 OK\r\n\r\n', 'a', 'bc'),
    '200 close close "abc"',
  ],
  [
    'a raw head without headers and body is an answer',
    write('HTTP/1.1 200 OK\r\n\r\n'),
    '200 close close ""',
  ],
  ['output that only begins like a raw head is a body', write('HTTP'), '200 close close "HTTP"'],
  [
    'output that turns out not to be a raw head is a body',
    write('HTTP/', '2 is not one'),
    '200 close close "HTTP/2 is not one"',
  ],
  // Rule 2.
  [
    'header fields without a status line are a head',
    write('Content-Type: text/x\nContent-Length: 3\nConnection: keep-alive\n\nabc'),
    '200 length keep-alive "abc"',
  ],
  [
    'Status among header fields is the status',
    write('Status: 403 Not You\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc'),
    '403 length close "abc"',
  ],
  [
    'header fields without an empty line are a body',
    write('Note: this is text'),
    '200 close close "Note: this is text"',
  ],
  [
    'fields that no header may have are a body',
    write('A: \u0001\n\nabc'),
    '200 close close "A: \\u0001\\n\\nabc"',
  ],
  // Rule 3.
  [
    'anything else is a body that the connection ends',
    write('abc\n\ndef: x'),
    '200 close close "abc\\n\\ndef: x"',
  ],
  [
    'an empty write is no output',
    [['writeClient', ''], ...write(FRAMED)],
    '404 length keep-alive "abc"',
  ],
  // Lies.
  ['a body short of its Content-Length is cut off', write(FRAMED.slice(0, -1)), 'cut'],
  // A head that is none.
  [
    'a raw head that never ends is a failure',
    write('HTTP/1.1 200 OK\r\nA: b\r\n'),
    '500 length close *',
  ],
  [
    'a raw head with a status that is none is a failure',
    write('HTTP/1.1 99 Low\r\n\r\n'),
    '500 length close *',
  ],
  [
    'a raw head above 64 KiB is a failure',
    write(`HTTP/1.1 200 OK\r\nA: ${'b'.repeat(65_536 - 20)}`),
    '500 length close *',
  ],
];

for (const [rule, steps, expected] of answers) {
  for (const style of styles) {
    test(`${rule}, ${style}`, async (t) => {
      const client = await RawClient.connect(t, host.port);

      const seen = await client.request(scriptUrl({ style, steps })).next().then(brief, cut);

      assert.equal(expected.endsWith('*') ? seen.replace(/".*$/s, '*') : seen, expected);
    });
  }
}

// 5.3: bytes beyond the declared length would be taken for the next answer.
test('what is written behind a Content-Length is dropped, and the connection closed', async (t) => {
  const client = await RawClient.connect(t, host.port);

  const { text } = await client.request(scriptUrl({ steps: write(FRAMED, 'more') })).next();

  assert.equal(text, 'abc');
  assert.equal((await client.untilClosed()).rest.length, 0);
});

function cut(error: unknown): string {
  assert.ok(error instanceof CutError);
  return 'cut';
}

// 3.2, buffering: IIS up to 6 has none.
test('output leaves as it is written, headers too', async (t) => {
  const client = await RawClient.connect(t, host.port);
  const steps: readonly Step[] = [
    [
      'serverSupportFunction',
      1016,
      { status: 200, header: { 'Content-Length': '6' }, keepConn: true },
    ],
    ['writeClientSync', 'abc'],
    ['readClient', 10],
    ['writeClientSync', 'def'],
  ];
  client.send(
    `POST ${scriptUrl({ steps })} HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(50_000)}`,
  );

  await client.nextHead();
  assert.equal((await client.read(3)).toString(), 'abc');

  client.send('x'.repeat(50_000));
  assert.equal((await client.read(3)).toString(), 'def');
});

// 3.1: TRUE and no bytes, before the body is complete, is a client that left.
test('ReadClient gives no bytes when the client has left', async (t) => {
  const [leaving, next] = [
    await RawClient.connect(t, host.port),
    await RawClient.connect(t, host.port),
  ];
  const steps: readonly Step[] = [
    ['readClient', 100_000],
    ['readClient', 100_000],
  ];
  leaving.send(
    `POST ${scriptUrl({ id: 'left', steps: [['writeClientSync', 'begun'], ...steps] })} HTTP/1.1\r\nHost: test\r\nContent-Length: 100000\r\n\r\n${'x'.repeat(49_152)}`,
  );
  await leaving.nextHead();

  leaving.reset();

  let outcomes = await outcomesOf(next, 'left');
  while (outcomes.length < 3) outcomes = await outcomesOf(next, 'left');
  assert.deepEqual(outcomes.slice(1), [{ value: '' }, { value: '' }]);
});
