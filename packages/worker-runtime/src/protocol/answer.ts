import type { Slab } from './slab.ts';
import {
  SLOT_ANSWER_BYTES,
  SLOT_ANSWER_FLAGS,
  SLOT_ANSWER_OFFSET,
  SLOT_HEAD_BYTES,
  SLOT_HSE_STATUS,
  SLOT_LOG_BYTES,
  SLOT_LOG_STATUS,
  SLOT_STATUS_CODE,
} from './slot-words.ts';
import type { AnswerHead, SessionEnd } from './messages.ts';

/*
 * A whole answer in its slot, behind the request:  body | head text | log data
 * The body comes first because it is written as the extension writes it, before anything else is known.
 */

const KEEP_CONN = 1;
const HAS_DATE = 2;
const HAS_SERVER = 4;
/** The extension gave a Content-Length, and the body is exactly that long. */
const HAS_LENGTH = 8;

/** Bytes kept free behind the body for head text and log data. */
export const ANSWER_TAIL_BYTES: number = 24 * 1024;

/** Writes everything of an answer but its body, which lies at `bodyAt` already. */
export function encodeAnswer(
  slab: Slab,
  slot: number,
  bodyAt: number,
  bodyBytes: number,
  head: AnswerHead,
  end: SessionEnd,
): void {
  const { words, bytes } = slab;
  const at = slab.slotAt(slot);
  words[at + SLOT_STATUS_CODE] = head.statusCode;
  words[at + SLOT_ANSWER_OFFSET] = bodyAt - slab.payloadAt(slot);
  words[at + SLOT_ANSWER_BYTES] = bodyBytes;
  const headAt = bodyAt + bodyBytes;
  words[at + SLOT_HEAD_BYTES] = bytes.latin1Write(head.text, headAt);
  const log = joinLog(end);
  words[at + SLOT_LOG_BYTES] = log === '' ? 0 : bytes.utf8Write(log, headAt + head.text.length);
  words[at + SLOT_LOG_STATUS] = end.logStatus;
  words[at + SLOT_HSE_STATUS] = end.hseStatus;
  words[at + SLOT_ANSWER_FLAGS] = flagsOf(head);
}

/** Neither text has a line feed. */
export function joinLog({ logData, logParameter }: SessionEnd): string {
  return logParameter === '' ? logData : `${logData}\n${logParameter}`;
}

export function flagsOf({ keepConn, hasDate, hasServer, contentLength }: AnswerHead): number {
  return (
    (keepConn ? KEEP_CONN : 0) |
    (hasDate ? HAS_DATE : 0) |
    (hasServer ? HAS_SERVER : 0) |
    (contentLength === undefined ? 0 : HAS_LENGTH)
  );
}

/** A whole answer as the host reads it; the body is still in the slot. */
export interface SlotAnswer {
  readonly head: AnswerHead;
  readonly end: SessionEnd;
  readonly bodyAt: number;
  readonly bodyBytes: number;
}

/** Reads an answer; lengths that do not fit the slot give `undefined`. */
export function decodeAnswer(slab: Slab, slot: number): SlotAnswer | undefined {
  const { words, bytes } = slab;
  const at = slab.slotAt(slot);
  const offset = words[at + SLOT_ANSWER_OFFSET] ?? 0;
  const bodyBytes = words[at + SLOT_ANSWER_BYTES] ?? 0;
  const headBytes = words[at + SLOT_HEAD_BYTES] ?? 0;
  const logBytes = words[at + SLOT_LOG_BYTES] ?? 0;
  if (offset < 0 || bodyBytes < 0 || headBytes < 0 || logBytes < 0) return undefined;
  if (offset + bodyBytes + headBytes + logBytes > slab.payloadBytes) return undefined;

  const bodyAt = slab.payloadAt(slot) + offset;
  const headAt = bodyAt + bodyBytes;
  const logAt = headAt + headBytes;
  return buildAnswer({
    statusCode: words[at + SLOT_STATUS_CODE] ?? 0,
    text: bytes.latin1Slice(headAt, logAt),
    flags: words[at + SLOT_ANSWER_FLAGS] ?? 0,
    log: logBytes === 0 ? '' : bytes.utf8Slice(logAt, logAt + logBytes),
    logStatus: words[at + SLOT_LOG_STATUS] ?? 0,
    hseStatus: words[at + SLOT_HSE_STATUS] ?? 0,
    bodyAt,
    bodyBytes,
  });
}

/** A whole answer as it is written down. */
export interface AnswerParts {
  readonly statusCode: number;
  readonly text: string;
  readonly flags: number;
  readonly log: string;
  readonly logStatus: number;
  readonly hseStatus: number;
  readonly bodyAt: number;
  readonly bodyBytes: number;
}

export function buildAnswer(parts: AnswerParts): SlotAnswer {
  const { statusCode, text, flags, log, logStatus, hseStatus, bodyAt, bodyBytes } = parts;
  const [logData = '', logParameter = ''] = log === '' ? [] : log.split('\n');
  return {
    head: {
      statusCode,
      text,
      contentLength: (flags & HAS_LENGTH) === 0 ? undefined : bodyBytes,
      keepConn: (flags & KEEP_CONN) !== 0,
      hasDate: (flags & HAS_DATE) !== 0,
      hasServer: (flags & HAS_SERVER) !== 0,
    },
    end: { hseStatus, logStatus, logData, logParameter, error: undefined },
    bodyAt,
    bodyBytes,
  };
}
