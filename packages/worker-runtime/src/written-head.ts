import { IsapiError } from '@isapi-host/sdk';
import type { AnswerHead } from './protocol/index.ts';
import { parseResponseHead } from './response-head.ts';

/** A head that an extension wrote as output, and where in that output the body begins. */
export interface WrittenHead {
  readonly head: AnswerHead;
  readonly bodyAt: number;
}

/** Bytes of a raw head that are waited for. */
const MAX_RAW_HEAD = 64 * 1024;
const RAW_START = 'HTTP/1.';
const BLANK_LINE = /\r?\n\r?\n/;
const FIELD_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:/;

/** Output that has no head of its own is ended by the connection. */
export const NO_HEAD: AnswerHead = {
  statusCode: 200,
  text: 'HTTP/1.1 200 OK\r\n',
  contentLength: undefined,
  keepConn: false,
  hasDate: false,
  hasServer: false,
};

/**
 * Finds the head in the first output of a session that made no header call. It is, in this order:
 * (1) a raw head, when the output starts with `HTTP/1.`;
 * (2) a block of header fields without a status line, when the output holds it whole; `Status: 404 Not Found` in it
 *     is its status (mod_isapi's reading, which FoxISAPI relies on);
 * (3) none: the output is a body, of a `200 OK` that the end of the connection ends.
 *
 * ISAPI: reference section 3.2, of the profile classic.
 *
 * @returns `undefined`: the end of a raw head is still to come
 * @throws IsapiError `ERROR_INVALID_PARAMETER` - a raw head that may not be sent
 */
export function readWrittenHead(output: Buffer): WrittenHead | undefined {
  const text = output.toString('latin1', 0, MAX_RAW_HEAD);
  const blank = BLANK_LINE.exec(text);
  const lines = blank === null ? undefined : text.slice(0, blank.index);
  const bodyAt = blank === null ? 0 : blank.index + blank[0].length;
  if (beginsRawHead(text)) {
    if (lines !== undefined) return { head: headOf(undefined, lines), bodyAt };
    if (output.length < MAX_RAW_HEAD) return undefined;
    throw new IsapiError('ERROR_INVALID_PARAMETER', `a raw head has at most ${MAX_RAW_HEAD} bytes`);
  }
  const head = lines === undefined ? undefined : fieldsHead(lines.split(/\r?\n/));
  return head === undefined ? { head: NO_HEAD, bodyAt: 0 } : { head, bodyAt };
}

/** Whether output that has ended was too short to be told from a raw head. */
export function isShortOfRawHead(output: Uint8Array): boolean {
  return output.length < RAW_START.length;
}

function beginsRawHead(text: string): boolean {
  return text !== '' && (text.startsWith(RAW_START) || RAW_START.startsWith(text));
}

/** A head that says nothing of the connection leaves it to the final status: ISAPI 1.x's own rule. */
function headOf(status: string | undefined, lines: string): AnswerHead {
  const { head } = parseResponseHead(status, lines, true, 'classic');
  const isSaid = !head.keepConn || /^connection:[^\n]*\bkeep-alive\b/im.test(lines);
  return isSaid ? head : { ...head, keepConn: 'by-status' };
}

/** What looks like fields and is none that may be sent is a body. */
function fieldsHead(fields: readonly string[]): AnswerHead | undefined {
  if (!fields.every((line) => FIELD_LINE.test(line))) return undefined;
  const status = fields.find(isStatus)?.slice('status:'.length).trim();
  try {
    return headOf(status, fields.filter((line) => !isStatus(line)).join('\n'));
  } catch {
    return undefined;
  }
}

function isStatus(line: string): boolean {
  return /^status:/i.test(line);
}
