import { buildAnswer, flagsOf, joinLog, type SlotAnswer } from './answer.ts';
import { FRAME_ANSWER, FRAME_START, type Frame, type FrameWriter, startFrame } from './frames.ts';
import type { SlabBytes } from './slab.ts';

/*
 * A whole answer on its way from a pool process to its host.
 *
 *   head    numbers
 *   bytes   body | head text | log data
 */

/** Positions in the head. All are 32 bits wide, but for the two of 64. */
const CONN_ID = 0;
const RUN_MS = 8;
const THREAD_ID = 16;
const STATUS_CODE = 20;
const FLAGS = 24;
const LOG_STATUS = 28;
const HSE_STATUS = 32;
const BODY_BYTES = 36;
const HEAD_BYTES = 40;
const ANSWER_HEAD_BYTES = 44;

/** From here on copying out of shared memory is faster with `fill`, see `Slab`. */
const FILL_BYTES = 1024;

/** Which request an answer is for, and how it went. */
export interface AnswerOrigin {
  readonly connId: number;
  readonly threadId: number | undefined;
  readonly runMs: number;
}

/** @param bytes - where the body lies */
export function sendAnswerFrame(
  writer: FrameWriter,
  { connId, threadId, runMs }: AnswerOrigin,
  { head, end, bodyAt, bodyBytes }: SlotAnswer,
  bytes: Buffer,
): void {
  const log = joinLog(end);
  const logBytes = log === '' ? 0 : Buffer.byteLength(log);
  const length = bodyBytes + head.text.length + logBytes;
  const { memory, at } = writer.reserve(FRAME_START + ANSWER_HEAD_BYTES + length);
  const headAt = at + FRAME_START;
  startFrame(memory, at, FRAME_ANSWER, ANSWER_HEAD_BYTES, length);
  memory.writeDoubleLE(connId, headAt + CONN_ID);
  memory.writeDoubleLE(runMs, headAt + RUN_MS);
  memory.writeUInt32LE(threadId ?? 0, headAt + THREAD_ID);
  memory.writeUInt32LE(head.statusCode, headAt + STATUS_CODE);
  memory.writeUInt32LE(flagsOf(head), headAt + FLAGS);
  memory.writeInt32LE(end.logStatus, headAt + LOG_STATUS);
  memory.writeInt32LE(end.hseStatus, headAt + HSE_STATUS);
  memory.writeUInt32LE(bodyBytes, headAt + BODY_BYTES);
  memory.writeUInt32LE(head.text.length, headAt + HEAD_BYTES);
  const copyAt = headAt + ANSWER_HEAD_BYTES;
  const body = bytes.subarray(bodyAt, bodyAt + bodyBytes);
  if (bodyBytes < FILL_BYTES) memory.set(body, copyAt);
  else memory.fill(body, copyAt, copyAt + bodyBytes);
  memory.latin1Write(head.text, copyAt + bodyBytes);
  if (logBytes > 0) memory.utf8Write(log, copyAt + bodyBytes + head.text.length);
}

/** @throws RangeError - its lengths are not those of the frame */
export function readAnswerFrame({ data, headAt, bytesAt, end }: Frame): {
  readonly origin: AnswerOrigin;
  readonly answer: SlotAnswer;
} {
  const bytes = data as SlabBytes;
  const bodyBytes = data.readUInt32LE(headAt + BODY_BYTES);
  const textAt = bytesAt + bodyBytes;
  const logAt = textAt + data.readUInt32LE(headAt + HEAD_BYTES);
  if (bytesAt - headAt !== ANSWER_HEAD_BYTES || logAt > end) {
    throw new RangeError(`an answer of ${end - headAt} bytes has other lengths`);
  }
  const answer = buildAnswer({
    statusCode: data.readUInt32LE(headAt + STATUS_CODE),
    text: bytes.latin1Slice(textAt, logAt),
    flags: data.readUInt32LE(headAt + FLAGS),
    log: logAt === end ? '' : bytes.utf8Slice(logAt, end),
    logStatus: data.readInt32LE(headAt + LOG_STATUS),
    hseStatus: data.readInt32LE(headAt + HSE_STATUS),
    bodyAt: bytesAt,
    bodyBytes,
  });
  const origin = {
    connId: data.readDoubleLE(headAt + CONN_ID),
    threadId: data.readUInt32LE(headAt + THREAD_ID) || undefined,
    runMs: data.readDoubleLE(headAt + RUN_MS),
  };
  return { origin, answer };
}
