import assert from 'node:assert/strict';
import test from 'node:test';
import { judgeAnswer } from './judge-answer.ts';
import { runFuzz } from './run-fuzz.ts';

// A failure prints the seed; ISAPI_TEST_SEED runs it again. The long form is `npm run fuzz`.

test('damaged requests get answers by the letter of HTTP, no failure and nothing of the inside', async (t) => {
  const seed = Number(process.env['ISAPI_TEST_SEED'] ?? Date.now() % 2 ** 31);

  const { faults } = await runFuzz(t, { seed, connections: 300, forMs: 3000 });

  assert.deepEqual(faults, [], `seed ${seed}`);
});

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n';

for (const [what, text] of [
  ['no response', 'hello\r\n\r\n'],
  ['two lengths', `${OK}Content-Length: 2\r\n\r\nok`],
  ['a length and chunks', `${OK}Transfer-Encoding: chunked\r\n\r\nok`],
  ['a body longer than its length', `${OK}\r\nokok`],
  ['a body without an end', 'HTTP/1.1 200 OK\r\n\r\nok'],
  ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nok'],
  [
    'two answers to an error',
    `HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n${OK}\r\nok`,
  ],
  ['a failure', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'],
  ['a stack', `${OK.replace('2\r', '9\r')}\r\n\n    at x`],
] as const) {
  test(`the judge of the fuzzer sees ${what}`, () => {
    assert.notEqual(judgeAnswer(Buffer.from(text)), undefined);
  });
}
