import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type AnswerHead,
  decodeAnswer,
  encodeAnswer,
  type SessionEnd,
  Slab,
  SLOT_ANSWER_BYTES,
  SLOT_ANSWER_FLAGS,
  SLOT_ANSWER_OFFSET,
  SLOT_HEAD_BYTES,
  SLOT_LOG_BYTES,
} from '@isapi-host/worker-runtime/protocol';
import * as fc from 'fast-check';
import { checkProperty } from '../../../helpers/check-property.ts';

const slab = Slab.create({ slots: 2, slotBytes: 8192, threads: 1 });

const noNullPrototype = { noNullPrototype: true };

const heads: fc.Arbitrary<AnswerHead & { readonly isDeclared: boolean }> = fc.record(
  {
    statusCode: fc.integer({ min: 200, max: 599 }),
    text: fc.string({
      unit: fc.integer({ min: 0, max: 0xff }).map((code) => String.fromCharCode(code)),
      maxLength: 500,
    }),
    contentLength: fc.constant(undefined),
    isDeclared: fc.boolean(),
    keepConn: fc.boolean(),
    hasDate: fc.boolean(),
    hasServer: fc.boolean(),
  },
  noNullPrototype,
);

/** Log texts hold no line feed: the control block takes them out. */
const logText = fc
  .string({ unit: 'binary', maxLength: 60 })
  .map((value) => value.replaceAll('\n', ' '));
const ends: fc.Arbitrary<SessionEnd> = fc.record(
  {
    hseStatus: fc.constantFrom(1, 2, 4),
    logStatus: fc.integer({ min: 0, max: 999 }),
    logData: logText,
    logParameter: logText,
    error: fc.constant(undefined),
  },
  noNullPrototype,
);

test('what is decoded is what was encoded', () => {
  checkProperty(
    fc.property(
      heads,
      ends,
      fc.uint8Array({ maxLength: 3000 }),
      fc.nat({ max: 1000 }),
      ({ isDeclared, ...rest }, end, body, offset) => {
        const head = { ...rest, contentLength: isDeclared ? body.length : undefined };
        const bodyAt = slab.payloadAt(0) + offset;
        slab.bytes.set(body, bodyAt);

        encodeAnswer(slab, 0, bodyAt, body.length, head, end);

        assert.deepEqual(decodeAnswer(slab, 0), { head, end, bodyAt, bodyBytes: body.length });
        assert.ok(slab.bytes.subarray(bodyAt, bodyAt + body.length).equals(body));
      },
    ),
  );
});

test('garbage in the words of a slot never throws, and never points outside the slot', () => {
  const lengths = [SLOT_ANSWER_OFFSET, SLOT_ANSWER_BYTES, SLOT_HEAD_BYTES, SLOT_LOG_BYTES];
  const words = fc.array(
    fc.oneof(fc.integer(), fc.constantFrom(0, 1, 4096, 8192, 0x7fff_ffff, -0x8000_0000)),
    { minLength: lengths.length, maxLength: lengths.length },
  );
  checkProperty(
    fc.property(words, fc.integer(), (values, flags) => {
      const at = slab.slotAt(0);
      for (const [i, word] of lengths.entries()) slab.words[at + word] = values[i] ?? 0;
      slab.words[at + SLOT_ANSWER_FLAGS] = flags;

      const answer = decodeAnswer(slab, 0);

      if (answer === undefined) return;
      const { bodyAt, bodyBytes, head } = answer;
      assert.ok(bodyAt >= slab.payloadAt(0));
      assert.ok(bodyBytes >= 0);
      const end = bodyAt + bodyBytes + head.text.length;
      assert.ok(end <= slab.payloadAt(0) + slab.payloadBytes);
    }),
    { numRuns: 1000 },
  );
});

test('an answer that ends one byte behind its slot is no answer', () => {
  const at = slab.slotAt(0);
  slab.words[at + SLOT_ANSWER_OFFSET] = 0;
  slab.words[at + SLOT_HEAD_BYTES] = 0;
  slab.words[at + SLOT_LOG_BYTES] = 0;

  slab.words[at + SLOT_ANSWER_BYTES] = slab.payloadBytes;
  assert.notEqual(decodeAnswer(slab, 0), undefined);

  slab.words[at + SLOT_ANSWER_BYTES] = slab.payloadBytes + 1;
  assert.equal(decodeAnswer(slab, 0), undefined);
});
