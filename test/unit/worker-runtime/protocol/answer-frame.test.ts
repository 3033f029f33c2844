import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type AnswerOrigin,
  FRAME_ANSWER,
  type Frame,
  FrameReader,
  FrameWriter,
  readAnswerFrame,
  sendAnswerFrame,
  type SlotAnswer,
} from '@isapi-host/worker-runtime/protocol';
import * as fc from 'fast-check';
import { checkProperty } from '../../../helpers/check-property.ts';

const origin: AnswerOrigin = { connId: 2 ** 40, threadId: 7, runMs: 1.25 };
const logText = fc
  .string({ unit: 'binary', maxLength: 60 })
  .map((value) => value.replaceAll('\n', ' '));

/** What leaves of an answer whose body lies at its `bodyAt` of `bytes`. */
function encode(answer: SlotAnswer, bytes: Buffer): Buffer {
  const written: Buffer[] = [];
  const writer = new FrameWriter({
    writableLength: 0,
    cork: () => undefined,
    uncork: () => undefined,
    write: (data) => written.push(Buffer.from(data)),
  });
  sendAnswerFrame(writer, origin, answer, bytes);
  writer.flush();
  return Buffer.concat(written);
}

function readFrame(encoded: Buffer, take: (frame: Frame) => void): void {
  new FrameReader(take).push(encoded);
}

test('an answer comes out as it went in', () => {
  checkProperty(
    fc.property(
      fc.record({
        statusCode: fc.integer({ min: 200, max: 599 }),
        text: fc.string({ unit: 'binary-ascii', maxLength: 300 }),
        hseStatus: fc.constantFrom(1, 2, 4),
        logStatus: fc.integer({ min: 0, max: 999 }),
        logData: logText,
        logParameter: logText,
      }),
      fc.record({
        isDeclared: fc.boolean(),
        keepConn: fc.boolean(),
        hasDate: fc.boolean(),
        hasServer: fc.boolean(),
      }),
      fc.uint8Array({ maxLength: 3000 }),
      fc.nat({ max: 1000 }),
      ({ statusCode, text, ...rest }, { isDeclared, ...flags }, body, bodyAt) => {
        const contentLength = isDeclared ? body.length : undefined;
        const head = { statusCode, text, contentLength, ...flags };
        const end = { ...rest, error: undefined };
        const answer = { head, end, bodyAt, bodyBytes: body.length };

        readFrame(encode(answer, Buffer.concat([Buffer.alloc(bodyAt), body])), (frame) => {
          const read = readAnswerFrame(frame);
          const at = read.answer.bodyAt;
          assert.equal(frame.kind, FRAME_ANSWER);
          assert.deepEqual(read, { origin, answer: { ...answer, bodyAt: at } });
          assert.ok(frame.data.subarray(at, at + body.length).equals(body));
        });
      },
    ),
  );
});

test('an answer whose lengths are not those of its frame is refused', () => {
  const head = {
    statusCode: 200,
    text: 'HTTP/1.1 200 OK\r\n',
    contentLength: undefined,
    keepConn: true,
    hasDate: false,
    hasServer: false,
  };
  const end = { hseStatus: 1, logStatus: 0, logData: '', logParameter: '', error: undefined };
  const encoded = encode({ head, end, bodyAt: 0, bodyBytes: 4 }, Buffer.from('body'));
  const bodyLengthAt = encoded.length - 4 - head.text.length - 8;

  encoded.writeUInt32LE(0xffff, bodyLengthAt);

  readFrame(encoded, (frame) => assert.throws(() => readAnswerFrame(frame), RangeError));
});
