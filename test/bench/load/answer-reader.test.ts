import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patternOf, unit } from '../pattern.ts';
import { AnswerReader } from './answer-reader.ts';

const expected = { unit, bytes: 70_000 };
const body = patternOf(expected.bytes);
const kept = 'Content-Type: text/plain\r\nCache-Control: no-store\r\n';
const dated = (second: number): string => `Date: Mon, 01 Jan 2024 00:00:0${second} GMT\r\n`;

const sized = (second = 0, content: Buffer = body): Buffer =>
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\n${kept}${dated(second)}Content-Length: ${content.length}\r\n\r\n`,
    ),
    content,
  ]);

const chunked = (content: Buffer = body): Buffer =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\n${kept}Transfer-Encoding: chunked\r\n\r\n10\r\n`),
    content.subarray(0, 16),
    Buffer.from(`\r\n${(content.length - 16).toString(16)}\r\n`),
    content.subarray(16),
    Buffer.from('\r\n0\r\n\r\n'),
  ]);

function damaged(content: Buffer, at: number): Buffer {
  const copy = Buffer.from(content);
  copy[at] = 1;
  return copy;
}

test('a right answer is accepted wherever it is cut into pieces', () => {
  for (const answer of [sized(), chunked()]) {
    for (const size of [1, 7, 100, 65_536, answer.length]) {
      const reader = new AnswerReader(expected);
      const ends: number[] = [];
      for (let at = 0; at < answer.length; at += size) {
        if (reader.push(answer.subarray(at, at + size))) ends.push(at + size);
      }
      assert.equal(ends.length, 1, `pieces of ${size}`);
      assert.ok(reader.isIdle);
    }
  }
});

test('answers that differ in their date alone are the same', () => {
  const reader = new AnswerReader(expected);

  assert.deepEqual(
    [reader.push(sized(1)), reader.push(sized(2)), reader.push(sized(3))],
    [true, true, true],
  );
});

test('answers without a date are held against the first, too', () => {
  const undated = Buffer.from(sized().toString('latin1').replace(dated(0), ''), 'latin1');
  const wrong = damaged(undated, undated.length - 1);
  const reader = new AnswerReader(expected);

  assert.deepEqual([reader.push(undated), reader.push(undated)], [true, true]);
  assert.throws(() => reader.push(wrong), /wrong body/);
});

test('one wrong byte of a body is found, in the first answer and in a later one', () => {
  for (const at of [0, 40_000, body.length - 1]) {
    const first = new AnswerReader(expected);
    const later = new AnswerReader(expected);
    later.push(sized());

    assert.throws(() => first.push(sized(0, damaged(body, at))), /wrong body/);
    assert.throws(() => later.push(sized(0, damaged(body, at))), /wrong body/);
    assert.throws(() => new AnswerReader(expected).push(chunked(damaged(body, at))), /wrong body/);
  }
});

test('a wrong status, header, length or end is found', () => {
  const wrong = [
    sized().toString('latin1').replace('200 OK', '500 Internal Server Error'),
    sized().toString('latin1').replace('text/plain', 'text/html'),
    sized().toString('latin1').replace('no-store', 'no-cache'),
    sized(0, body.subarray(1)).toString('latin1'),
    chunked(body.subarray(0, 69_999)).toString('latin1'),
    `${chunked().toString('latin1')}x`,
    `${sized().toString('latin1')}x`,
  ];

  for (const answer of wrong) {
    const reader = new AnswerReader(expected);
    assert.throws(() => reader.push(Buffer.from(answer, 'latin1')), answer.slice(0, 120));
  }
});
