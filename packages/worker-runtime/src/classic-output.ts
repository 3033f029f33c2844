import { HSE_STATUS_ERROR, IsapiError } from '@isapi-host/sdk';
import type { AnswerWriter, SessionOutput } from './answer-writer.ts';
import type { AnswerHead, SessionEnd } from './protocol/index.ts';
import { parseResponseHead } from './response-head.ts';

/** Bytes of a raw head that are waited for. */
const MAX_RAW_HEAD = 64 * 1024;
const RAW_START = 'HTTP/1.';
const BLANK_LINE = /\r?\n\r?\n/;
const FIELD_LINE = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:/;

/** Output that has no head of its own is ended by the connection. */
const NO_HEAD: AnswerHead = {
  statusCode: 200,
  text: 'HTTP/1.1 200 OK\r\n',
  contentLength: undefined,
  keepConn: false,
  hasDate: false,
  hasServer: false,
};

/**
 * Output in the profile classic: nothing is held back, and an extension may write its head itself.
 *
 * The first output without a header call before it is, in this order:
 * (1) a raw head, when it starts with `HTTP/1.`: it is waited for up to its blank line;
 * (2) a block of header fields without a status line, when the first write holds it whole; `Status: 404 Not Found`
 *     in it is its status (mod_isapi's reading, which FoxISAPI relies on);
 * (3) a body: `200 OK`, ended by the end of the connection.
 */
export class ClassicOutput implements SessionOutput {
  readonly #writer: AnswerWriter;
  /** The beginning of a raw head. */
  #held: Buffer | undefined;
  #failure: IsapiError | undefined;

  constructor(writer: AnswerWriter) {
    this.#writer = writer;
    writer.flushEach = true;
  }

  write(data: string | Uint8Array): number | Promise<number> {
    const rest = this.#takeHead(data);
    if (rest === data) return this.#writer.write(data);
    const bytes = Buffer.byteLength(data);
    const accepted = rest === undefined ? 0 : this.#writer.write(rest);
    return typeof accepted === 'number' ? bytes : accepted.then(() => bytes);
  }

  writeSync(data: string | Uint8Array): number {
    const rest = this.#takeHead(data);
    if (rest !== undefined) this.#writer.writeSync(rest);
    return Buffer.byteLength(data);
  }

  end(end: SessionEnd): void {
    const held = this.#held;
    const isOpen =
      !this.#writer.hasHead && end.error === undefined && end.hseStatus !== HSE_STATUS_ERROR;
    if (!isOpen || (held === undefined && this.#failure === undefined)) {
      this.#writer.end(end);
    } else if (held !== undefined && held.length < RAW_START.length) {
      this.#writer.setHead(NO_HEAD);
      void this.#writer.write(held);
      this.#writer.end(end);
    } else {
      const message = this.#failure?.message ?? 'the raw head that was written has no end';
      const error = { code: 'ISAPI_ERR_EXTENSION_FAILED', message, stack: '' };
      const { logStatus, logData, logParameter } = end;
      this.#writer.end({ hseStatus: HSE_STATUS_ERROR, logStatus, logData, logParameter, error });
    }
  }

  /** @returns what of the data is body; `undefined`: nothing */
  #takeHead(data: string | Uint8Array): string | Uint8Array | undefined {
    if (this.#writer.hasHead || data.length === 0) return data;
    if (this.#failure !== undefined) throw this.#failure;
    const bytes = typeof data === 'string' ? Buffer.from(data) : asBuffer(data);
    const all = this.#held === undefined ? bytes : Buffer.concat([this.#held, bytes]);
    const text = all.toString('latin1', 0, MAX_RAW_HEAD);
    if (!isRaw(text)) {
      this.#held = undefined;
      return this.#takeFields(all, text);
    }
    const blank = BLANK_LINE.exec(text);
    if (blank !== null) {
      const end = blank.index + blank[0].length;
      this.#setHead(text.slice(0, blank.index));
      return bodyBehind(all, end);
    }
    // The extension goes on using its buffer.
    this.#held = Buffer.from(all);
    if (all.length >= MAX_RAW_HEAD) this.#fail(`a raw head has at most ${MAX_RAW_HEAD} bytes`);
    return undefined;
  }

  #setHead(raw: string): void {
    const feed = raw.indexOf('\n');
    const line = (feed === -1 ? raw : raw.slice(0, feed)).replace(/\r$/, '');
    try {
      this.#writer.setHead(headOf(line, feed === -1 ? '' : raw.slice(feed + 1)));
      this.#held = undefined;
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  #takeFields(all: Buffer, text: string): Uint8Array | undefined {
    const blank = BLANK_LINE.exec(text);
    const head = blank === null ? undefined : fieldsHead(text.slice(0, blank.index).split(/\r?\n/));
    this.#writer.setHead(head ?? NO_HEAD);
    if (blank === null || head === undefined) return all;
    return bodyBehind(all, blank.index + blank[0].length);
  }

  #fail(message: string): never {
    this.#held = undefined;
    this.#failure = new IsapiError('ERROR_INVALID_PARAMETER', message);
    throw this.#failure;
  }
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

function isRaw(text: string): boolean {
  return text.startsWith(RAW_START) || RAW_START.startsWith(text);
}

function bodyBehind(all: Buffer, end: number): Uint8Array | undefined {
  return end < all.length ? all.subarray(end) : undefined;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
