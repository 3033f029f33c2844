import { STATUS_CODES } from 'node:http';
import { HSE_STATUS_SUCCESS_AND_KEEP_CONN } from '@isapi-host/sdk';
import type { AnswerHead } from '@isapi-host/worker-runtime/protocol';
import type { AnswerMemory } from '../callbacks/client.ts';
import { errorBody } from './error-body.ts';
import type { Framing } from './framing.ts';
import type { ClientRequest, Wire } from './wire.ts';

/** Who has error pages of the operator's. */
export interface ErrorPageSender {
  /** Sends the page for a status, at once or later. @returns whether there is one */
  send(
    responder: Responder,
    statusCode: number,
    headers: Readonly<Record<string, string>>,
    subStatus: number,
  ): boolean;
}

/*
 * The answer of one HTTP request, whoever gives it. It is in one state; what makes each step is in brackets.
 *
 *   OPEN -> STREAMING      [begin]
 *   OPEN -> DONE           [answer, error: the whole answer at once]
 *   OPEN <-> RESERVED      [reserve, release: an error page is being fetched, all other output is dropped]
 *   STREAMING -> COMPLETE  [finish: the client has everything, the session goes on]
 *   STREAMING -> DONE      [end: complete; cut: not complete, and the client can tell]
 *   COMPLETE -> DONE       [end, error, cut: the session is over]
 *   any -> CLOSING         [abort: the connection will close, all output is dropped]
 *   any -> DONE            [the connection closes]
 *
 * (1) `onDone` is called once, when DONE is entered.
 * (2) A body that a head announced is never one byte longer, and never ends cleanly one byte short.
 */
export class Responder {
  readonly request: ClientRequest;
  /** Whether the client lets the connection live on, and nobody has decided against it. */
  keepConn: boolean;
  statusCode = 0;
  /** IIS's sub-status of an error, for the log. */
  subStatus = 0;
  /** Sends configured error pages; `undefined`: there are none. */
  errorPages: ErrorPageSender | undefined;
  /** ISAPI: the connection of a request that failed is closed. With a length it need not be, but in the profile classic. */
  closesOnFailure = false;
  bytesOut = 0;
  /** The connection closes after this answer. */
  isLast = false;
  /** The body was cut, for it had not the length that its head announced. */
  isMisframed = false;
  /** Tells how many bytes of the request's body have not been read; for requests that have one. */
  unreadBytes: (() => number) | undefined;
  #state: 'OPEN' | 'RESERVED' | 'STREAMING' | 'COMPLETE' | 'CLOSING' | 'DONE' = 'OPEN';
  #framing: Framing | undefined;
  #isTooLong = false;
  readonly #wire: Wire;
  readonly #onDone: () => void;

  constructor(request: ClientRequest, wire: Wire, onDone: () => void) {
    this.request = request;
    this.#wire = wire;
    this.keepConn = wire.keepsConnection;
    this.#onDone = onDone;
  }

  get isOpen(): boolean {
    return this.#state === 'OPEN';
  }

  get isDone(): boolean {
    return this.#state === 'DONE';
  }

  /** Sends a whole answer whose body lies in memory of somebody else. */
  answer(head: AnswerHead, memory: AnswerMemory, bodyAt: number, bodyBytes: number): void {
    if (this.#state !== 'OPEN') return;
    const framing = this.#frame(head, bodyBytes);
    this.bytesOut = framing.hasBody ? bodyBytes : 0;
    this.#wire.sendFrom(memory, bodyAt, this.bytesOut, framing);
    this.#done();
  }

  /** Sends a whole answer. */
  send(head: AnswerHead, body: string | Uint8Array): void {
    if (this.#state !== 'OPEN') return;
    const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const framing = this.#frame(head, bytes);
    this.#wire.send(framing, framing.hasBody ? body : undefined);
    this.bytesOut = framing.hasBody ? bytes : 0;
    this.#done();
  }

  /** Sends an error page, the configured one if there is one; after the first byte, cuts the answer. */
  error(
    statusCode: number,
    headers: Readonly<Record<string, string>> = {},
    subStatus: number = 0,
  ): void {
    if (this.#state === 'STREAMING') return this.cut();
    if (this.#state === 'COMPLETE') return this.#done();
    if (this.#state !== 'OPEN') return;
    this.subStatus = subStatus;
    if (this.errorPages?.send(this, statusCode, headers, subStatus) === true) return;
    this.genericError(statusCode, headers);
  }

  /** Sends an error page of no configuration. */
  genericError(statusCode: number, headers: Readonly<Record<string, string>> = {}): void {
    const { type, body } = errorBody(statusCode, this.request.headers.accept);
    let text = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\nContent-Type: ${type}\r\n`;
    for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
    const bytes = Buffer.byteLength(body);
    const closes = statusCode === 500 && this.closesOnFailure;
    const keepConn = !CLOSING.has(statusCode) && !closes;
    this.send(
      { statusCode, text, contentLength: bytes, keepConn, hasDate: false, hasServer: false },
      body,
    );
  }

  /** Asks the client for its body, if it waits to be asked. */
  sendContinue(): void {
    this.#wire.sendContinue();
  }

  /** Begins an answer that is streamed. */
  begin(head: AnswerHead): void {
    if (this.#state !== 'OPEN') return;
    this.#state = 'STREAMING';
    const framing = this.#frame(head, undefined);
    this.#framing = framing;
    this.#wire.begin(framing);
  }

  /**
   * Writes the next bytes; they must not change until `onFlushed`, which is called once the client's connection has
   * taken them, or will take nothing.
   */
  write(bytes: Uint8Array, onFlushed: () => void): void {
    if (this.#state !== 'STREAMING' || this.#framing?.hasBody !== true) return onFlushed();
    const { contentLength } = this.#framing;
    let piece = bytes;
    if (contentLength !== undefined && this.bytesOut + bytes.length > contentLength) {
      this.#isTooLong = true;
      piece = bytes.subarray(0, contentLength - this.bytesOut);
    }
    this.bytesOut += piece.length;
    if (piece.length === 0) onFlushed();
    else this.#wire.write(piece, onFlushed);
  }

  /** Ends a streamed answer; one that is shorter or longer than announced is cut. */
  end(hseStatus?: number): void {
    if (this.#state === 'COMPLETE') return this.#done();
    if (this.#state !== 'STREAMING') return;
    if (!this.#isAsAnnounced) {
      this.isMisframed = true;
      return this.cut();
    }
    if (this.#framing?.isUndecided === true && hseStatus !== HSE_STATUS_SUCCESS_AND_KEEP_CONN) {
      this.isLast = true;
      this.#wire.closeAfter();
    }
    this.#wire.end();
    this.#done();
  }

  get #isAsAnnounced(): boolean {
    const { contentLength } = this.#framing ?? {};
    return !this.#isTooLong && (contentLength === undefined || this.bytesOut === contentLength);
  }

  /** The body is complete: the client need not wait for its session, unless that decides on the connection. */
  finish(): void {
    const isUndecided = this.#framing?.isUndecided === true;
    if (this.#state !== 'STREAMING' || !this.#isAsAnnounced || isUndecided) return;
    this.#state = 'COMPLETE';
    this.#wire.end();
  }

  /** The connection closes after this answer, whatever its head said. */
  closeAfter(): void {
    this.keepConn = false;
    if (this.#framing?.isLast !== false) return;
    this.isLast = true;
    this.#wire.closeAfter();
  }

  /** The connection ends with a reset, once everything is out. ISAPI: HSE_REQ_ABORTIVE_CLOSE. */
  resetAtEnd(): void {
    this.keepConn = false;
    this.isLast = true;
    this.#wire.resetAfter();
  }

  /** Closes the connection, in a later turn so that what was written gets out. ISAPI: HSE_REQ_CLOSE_CONNECTION. */
  abort(): void {
    if (this.#state === 'DONE' || this.#state === 'CLOSING') return;
    this.#state = 'CLOSING';
    this.isLast = true;
    this.#wire.abort(() => this.#done());
  }

  /** Keeps the answer for one who fetches it. @returns whether it is still to be given */
  reserve(): boolean {
    if (this.#state !== 'OPEN') return false;
    this.#state = 'RESERVED';
    return true;
  }

  /** @returns whether the answer is still to be given */
  release(): boolean {
    if (this.#state === 'RESERVED') this.#state = 'OPEN';
    return this.#state === 'OPEN';
  }

  /** Ends an answer that is not complete, so that the client can tell: what was written goes out, then the socket. */
  cut(): void {
    if (this.#state === 'DONE' || this.#state === 'CLOSING') return;
    if (this.#state === 'COMPLETE') return this.#done();
    this.isLast = true;
    this.#done();
    const isCloseDelimited =
      this.#framing !== undefined &&
      !this.#framing.isChunked &&
      this.#framing.contentLength === undefined;
    this.#wire.cut(isCloseDelimited);
  }

  /** The connection is gone. */
  closed(): void {
    this.#done();
  }

  #frame(head: AnswerHead, bodyBytes: number | undefined): Framing {
    const { method = '', httpVersion } = this.request;
    const wire = this.#wire;
    const keepConn = this.keepConn && !wire.isEnding && !this.#hasMuchUnread();
    const { keepLines } = wire;
    const framing = wire.frameAnswer(head, { method, httpVersion, keepConn, keepLines }, bodyBytes);
    this.statusCode = head.statusCode;
    this.isLast = framing.isLast;
    return framing;
  }

  /** A body that nobody reads is not worth the connection: Node would read it to its end, however long. */
  #hasMuchUnread(): boolean {
    const { unreadBytes } = this;
    return unreadBytes !== undefined && unreadBytes() > MAX_UNREAD_BYTES;
  }

  #done(): void {
    if (this.#state === 'DONE') return;
    this.#state = 'DONE';
    this.#onDone();
  }
}

/** Bytes of a request's body that are read and dropped to keep a connection. */
const MAX_UNREAD_BYTES = 64 * 1024;
/** Statuses of requests behind which nobody knows where the next one begins, or that shall not be repeated at once. */
const CLOSING = new Set([400, 408, 413, 414, 417, 431, 505]);
