import { STATUS_CODES } from 'node:http';
import { type HeaderLines, IsapiError } from '@isapi-host/sdk';
import type { AnswerHead } from './protocol/index.ts';

/** Largest head an extension may send, bytes. */
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_HEADERS = 100;

/** A checked head, and the body bytes that stood behind its empty line. */
export interface ParsedHead {
  readonly head: AnswerHead;
  readonly body: string;
  /** A header that does not go out: framing is the host's. */
  readonly dropped?: string;
}

/** A status or a header that cannot be sent. */
export class ResponseHeadError extends IsapiError {
  readonly fault: 'ext.badstatus' | 'ext.badheader';

  constructor(fault: ResponseHeadError['fault'], message: string) {
    super('ERROR_INVALID_PARAMETER', message);
    this.fault = fault;
  }
}

/** Framing is the host's: these never go out as an extension gave them. */
const FRAMING = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'te']);
/** Of these, what an extension may well say, and what is heeded: whether the connection is kept. */
const PERSISTENCE = new Set(['connection', 'keep-alive', 'proxy-connection']);
/** In the profile classic an extension may frame its body with chunks of its own. */
const CODING = 'transfer-encoding';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// Horizontal tab, and latin1 without control characters.
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Header lines that can go out as they are; most do. */
const PLAIN_LINES = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: ?[\t\x20-\x7e\x80-\xff]*\r\n)+(?:\r\n)?$/;
/** Up to here a text has fewer headers than are allowed, and bytes. */
const PLAIN_LENGTH = MAX_HEADERS * 4;
/** Headers that are the host's, or that the host has to know of. */
const HOST_READS =
  /^(?:connection|date|keep-alive|proxy-connection|server|te|transfer-encoding|upgrade):/im;
const LENGTH_LINE = /^content-length:([^\r]*)\r\n/im;
const STATUS = /^(?:HTTP\/1\.[01] )?([1-9]\d\d)(?: (.*))?$/s;

/**
 * Checks status and headers of an extension and brings them into the form in which they are sent.
 *
 * @param profile - `classic`: `Transfer-Encoding` goes out as it was given, and header lines may begin with a status line
 * @throws IsapiError `ERROR_INVALID_PARAMETER` - a status that cannot end a request, or a name or value
 *   that is not allowed in a header
 */
export function parseResponseHead(
  status: string | number | undefined,
  lines: HeaderLines | undefined,
  keepConn: boolean,
  profile: 'modern' | 'classic' = 'modern',
): ParsedHead {
  if (profile === 'classic' && typeof lines === 'string' && lines.startsWith('HTTP/1.')) {
    return parseRawHead(status, lines, keepConn);
  }
  const line = statusLine(status);
  const plain = typeof lines === 'string' ? knownHead(line, lines, keepConn) : undefined;
  if (plain !== undefined) return { head: plain, body: '' };
  const { pairs, body } = toPairs(lines);
  if (pairs.length > MAX_HEADERS) {
    invalid(`expected at most ${MAX_HEADERS} headers, got ${pairs.length}`);
  }

  let { text } = line;
  let contentLength: number | undefined;
  let keep = keepConn;
  let hasDate = false;
  let hasServer = false;
  let dropped = '';
  for (const [name, value] of pairs) {
    if (!TOKEN.test(name)) invalid(`header name ${show(name)}: expected an HTTP token`);
    if (!FIELD_VALUE.test(value)) {
      invalid(
        `header ${name}: a value has no control characters and none above U+00FF, got ${show(value)}`,
      );
    }
    const key = name.toLowerCase();
    if (key === 'content-length') {
      contentLength = parseLength(value, contentLength);
      continue;
    }
    if (key === 'connection' && /\bclose\b/i.test(value)) keep = false;
    if (FRAMING.has(key) || (key === CODING && profile === 'modern')) {
      if (!PERSISTENCE.has(key)) dropped = name;
      continue;
    }
    if (key === 'date') hasDate = true;
    else if (key === 'server') hasServer = true;
    text += `${name}: ${value}\r\n`;
  }
  if (text.length > MAX_HEAD_BYTES) tooLarge(text.length);
  const { statusCode } = line;
  const head = { statusCode, text, contentLength, keepConn: keep, hasDate, hasServer };
  return dropped === '' ? { head, body } : { head, body, dropped };
}

/** Header lines that begin with a status line of their own; it counts when no other is given. */
function parseRawHead(
  status: string | number | undefined,
  lines: string,
  keepConn: boolean,
): ParsedHead {
  const feed = lines.indexOf('\n');
  const own = feed === -1 ? lines : lines.slice(0, feed);
  const rest = feed === -1 ? '' : lines.slice(feed + 1);
  return parseResponseHead(status ?? own.replace(/\r$/, ''), rest, keepConn, 'classic');
}

/**
 * Checks the headers of a child request and brings them into the form of a header block.
 *
 * @throws IsapiError `ERROR_INVALID_PARAMETER` - a name or value that is not allowed in a header
 */
export function buildHeaderLines(lines: HeaderLines): string {
  let text = '';
  for (const [name, value] of toPairs(lines).pairs) {
    if (!TOKEN.test(name)) invalid(`header name ${show(name)}: expected an HTTP token`);
    if (!FIELD_VALUE.test(value)) invalid(`header ${name}: value ${show(value)}`);
    text += `${name}: ${value}\r\n`;
  }
  if (text.length > MAX_HEAD_BYTES) tooLarge(text.length);
  return text;
}

interface StatusLine {
  readonly statusCode: number;
  /** With its CR LF. */
  readonly text: string;
  /** The last plain head with it, and the lines it was made of. */
  lines: string;
  head: AnswerHead | undefined;
}

/** Status lines by what an extension gave; few ever occur. */
const statusLines = new Map<string | number, StatusLine>();
const MAX_STATUS_LINES = 256;

function statusLine(status: string | number = 200): StatusLine {
  const known = statusLines.get(status);
  if (known !== undefined) return known;
  if (typeof status !== 'string' && typeof status !== 'number') {
    invalidStatus(`status: expected a text or a number, got ${typeof status}`);
  }
  const line = parseStatus(String(status));
  if (statusLines.size < MAX_STATUS_LINES) statusLines.set(status, line);
  return line;
}

function parseStatus(status: string): StatusLine {
  const match = STATUS.exec(status.replace(/\0+$/, '').trim());
  const statusCode = Number(match?.[1]);
  // 1xx would be taken for an interim answer and leave the client waiting.
  if (match === null || statusCode < 200 || statusCode > 599) {
    invalidStatus(
      `status ${show(status)}: expected 200 to 599 and a reason phrase, as "404 Not Found"`,
    );
  }
  const reason = match[2] ?? STATUS_CODES[statusCode] ?? '';
  if (!FIELD_VALUE.test(reason)) {
    invalidStatus(`reason phrase ${show(reason)} has control characters`);
  }
  const text = `HTTP/1.1 ${statusCode} ${reason}\r\n`;
  return { statusCode, text, lines: '', head: undefined };
}

/** An extension sends the same head again and again: the last one is not looked at twice. */
function knownHead(line: StatusLine, lines: string, keepConn: boolean): AnswerHead | undefined {
  if (line.lines === lines && line.head?.keepConn === keepConn) return line.head;
  const head = plainHead(line, lines, keepConn);
  if (head !== undefined) {
    line.lines = lines;
    line.head = head;
  }
  return head;
}

/** The road of most answers: a few looks at the text as a whole, and none at its lines. */
function plainHead(line: StatusLine, lines: string, keepConn: boolean): AnswerHead | undefined {
  const isPlain = lines.length < PLAIN_LENGTH && PLAIN_LINES.test(lines) && !HOST_READS.test(lines);
  if (!isPlain) return undefined;
  const end = lines.endsWith('\r\n\r\n') ? lines.length - 2 : lines.length;
  const length = LENGTH_LINE.exec(lines);
  let others = lines.slice(0, end);
  if (length !== null) {
    others = lines.slice(0, length.index) + lines.slice(length.index + length[0].length, end);
    if (LENGTH_LINE.test(others)) return undefined;
  }
  return {
    statusCode: line.statusCode,
    text: line.text + others,
    contentLength: length === null ? undefined : parseLength(length[1] ?? '', undefined),
    keepConn,
    hasDate: false,
    hasServer: false,
  };
}

function toPairs(lines: HeaderLines | undefined): {
  pairs: readonly (readonly [string, string])[];
  body: string;
} {
  if (lines === undefined || lines === null) return { pairs: [], body: '' };
  if (typeof lines === 'string') return splitLines(lines);
  if (typeof lines !== 'object') {
    invalid(`headers: expected text, pairs or an object, got ${typeof lines}`);
  }
  if (Array.isArray(lines)) return { pairs: lines.map(toPair), body: '' };
  const pairs = Object.entries(lines).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((one: unknown) => toPair([name, one]))
      : [toPair([name, value])],
  );
  return { pairs, body: '' };
}

function toPair(pair: readonly unknown[]): readonly [string, string] {
  const [name, value] = pair;
  if (typeof name !== 'string' || (typeof value !== 'string' && typeof value !== 'number')) {
    invalid(`headers: expected a name and a text, got ${show(String(name))} and ${typeof value}`);
  }
  return [name, String(value)];
}

/** Header lines as ISAPI has them: ended by CR LF or LF, an empty line before the body, both optional. */
function splitLines(text: string): { pairs: (readonly [string, string])[]; body: string } {
  const pairs: (readonly [string, string])[] = [];
  let at = 0;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const end = feed === -1 ? text.length : feed;
    const line = text
      .slice(at, text.charCodeAt(end - 1) === 13 ? end - 1 : end)
      .replace(/\0+$/, '');
    at = end + 1;
    if (line === '') return { pairs, body: text.slice(at) };
    const colon = line.indexOf(':');
    if (colon === -1) invalid(`header line ${show(line)}: expected "Name: value"`);
    pairs.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
  }
  return { pairs, body: '' };
}

function parseLength(value: string, earlier: number | undefined): number {
  const length = /^\d{1,15}$/.test(value.trim()) ? Number(value) : -1;
  if (length < 0) invalid(`Content-Length ${show(value)}: expected a whole number of bytes`);
  if (earlier !== undefined && earlier !== length) {
    invalid(`Content-Length was given as ${earlier} and as ${length}`);
  }
  return length;
}

function show(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function tooLarge(bytes: number): never {
  return invalid(`expected a head of at most ${MAX_HEAD_BYTES} bytes, got ${bytes}`);
}

function invalid(message: string): never {
  throw new ResponseHeadError('ext.badheader', message);
}

function invalidStatus(message: string): never {
  throw new ResponseHeadError('ext.badstatus', message);
}
