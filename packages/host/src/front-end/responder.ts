import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HSE_STATUS_SUCCESS_AND_KEEP_CONN } from '@isapi-host/sdk';
import type { AnswerHead, Slab } from '@isapi-host/worker-runtime/protocol';
import { errorBody } from './error-body.ts';
import { waitsForContinue } from './expect-continue.ts';
import { frame, type FrameAnswer, type Framing } from './framing.ts';
import { closeAfter, setLast, setRawHead } from './raw-head.ts';

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
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether the client lets the connection live on, and nobody has decided against it. */
  keepConn: boolean;
  statusCode = 0;
  /** IIS's sub-status of an error, for the log. */
  subStatus = 0;
  /** Sends configured error pages; `undefined`: there are none. */
  errorPages: ErrorPageSender | undefined;
  /** The connection ends with a reset. */
  #resets = false;
  bytesOut = 0;
  /** The connection closes after this answer. */
  isLast = false;
  /** The body was cut, for it had not the length that its head announced. */
  isMisframed = false;
  /** Frames the answer; of the profile. */
  frameAnswer: FrameAnswer = frame;
  /** Tells how many bytes of the request's body have not been read; for requests that have one. */
  unreadBytes: (() => number) | undefined;
  #state: 'OPEN' | 'RESERVED' | 'STREAMING' | 'COMPLETE' | 'CLOSING' | 'DONE' = 'OPEN';
  #framing: Framing | undefined;
  #isTooLong = false;
  readonly #onDone: () => void;

  constructor(request: IncomingMessage, response: ServerResponse, onDone: () => void) {
    this.request = request;
    this.response = response;
    this.keepConn = response.shouldKeepAlive;
    this.#onDone = onDone;
  }

  get isOpen(): boolean {
    return this.#state === 'OPEN';
  }

  get isDone(): boolean {
    return this.#state === 'DONE';
  }

  /** Sends a whole answer whose body lies in a slab. */
  answer(head: AnswerHead, slab: Slab, bodyAt: number, bodyBytes: number): void {
    if (this.#state !== 'OPEN') return;
    const framing = this.#frame(head, bodyBytes);
    const bodyEnd = bodyAt + (framing.hasBody ? bodyBytes : 0);
    if (bodyBytes <= STRING_BODY_BYTES) {
      // One latin1 string is one write; every byte is one character of it.
      this.#setHead(framing, framing.head + slab.bytes.latin1Slice(bodyAt, bodyEnd));
      this.#endResponse(undefined);
    } else {
      this.#setHead(framing, framing.head);
      // The slot is used again before the socket has taken the bytes, so they are copied.
      this.#endResponse(slab.read(bodyAt, bodyEnd));
    }
    this.bytesOut = framing.hasBody ? bodyBytes : 0;
    this.#done();
  }

  /** Sends a whole answer. */
  send(head: AnswerHead, body: string | Uint8Array): void {
    if (this.#state !== 'OPEN') return;
    const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const framing = this.#frame(head, bytes);
    this.#setHead(framing, framing.head);
    this.#endResponse(framing.hasBody ? body : undefined);
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
    // ISAPI: the connection of a request that failed is closed. With a length it need not be.
    const closes = statusCode === 500 && this.frameAnswer !== frame;
    const keepConn = statusCode !== 400 && statusCode !== 413 && !closes;
    this.send(
      { statusCode, text, contentLength: bytes, keepConn, hasDate: false, hasServer: false },
      body,
    );
  }

  /** Begins an answer that is streamed. */
  begin(head: AnswerHead): void {
    if (this.#state !== 'OPEN') return;
    this.#state = 'STREAMING';
    const framing = this.#frame(head, undefined);
    this.#framing = framing;
    this.#setHead(framing, framing.head);
    this.response.flushHeaders();
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
    else this.response.write(piece, onFlushed);
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
      closeAfter(this.response);
    }
    this.#endResponse(undefined);
    this.#done();
  }

  get #isAsAnnounced(): boolean {
    const { contentLength } = this.#framing ?? {};
    return !this.#isTooLong && (contentLength === undefined || this.bytesOut === contentLength);
  }

  /** The body is complete, though its session goes on: the client need not wait for that. */
  finish(): void {
    if (this.#state !== 'STREAMING' || !this.#isAsAnnounced) return;
    this.#state = 'COMPLETE';
    this.#endResponse(undefined);
  }

  /** The connection closes after this answer, whatever its head said. */
  closeAfter(): void {
    this.keepConn = false;
    if (this.#framing?.isLast !== false) return;
    this.isLast = true;
    setLast(this.response, true);
  }

  /** The connection ends with a reset, once everything is out. ISAPI: HSE_REQ_ABORTIVE_CLOSE. */
  resetAtEnd(): void {
    this.keepConn = false;
    this.isLast = true;
    this.#resets = true;
    if (this.#framing !== undefined) setLast(this.response, false);
  }

  /** Closes the connection, in a later turn so that what was written gets out. ISAPI: HSE_REQ_CLOSE_CONNECTION. */
  abort(): void {
    if (this.#state === 'DONE' || this.#state === 'CLOSING') return;
    const { socket } = this.response;
    this.#state = 'CLOSING';
    this.isLast = true;
    setImmediate(() => {
      if (socket === null || socket.destroyed) this.#done();
      else if (this.#resets) reset(socket);
      else socket.destroy();
    });
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
    const { socket } = this.response;
    this.isLast = true;
    this.#done();
    if (socket === null || socket.destroyed) return;
    const isCloseDelimited =
      this.#framing !== undefined &&
      !this.#framing.isChunked &&
      this.#framing.contentLength === undefined;
    // A plain close would look like the end of a body that has no other end.
    if (isCloseDelimited || this.#resets) socket.write('', () => reset(socket));
    else socket.destroySoon();
  }

  /** The connection is gone. */
  closed(): void {
    this.#done();
  }

  #frame(head: AnswerHead, bodyBytes: number | undefined): Framing {
    const { method = '', httpVersion } = this.request;
    const keepConn = this.keepConn && !waitsForContinue(this.response) && !this.#hasMuchUnread();
    const framing = this.frameAnswer(head, { method, httpVersion, keepConn }, bodyBytes);
    this.statusCode = head.statusCode;
    this.isLast = framing.isLast;
    return framing;
  }

  /** A body that nobody reads is not worth the connection: Node would read it to its end, however long. */
  #hasMuchUnread(): boolean {
    const { unreadBytes } = this;
    return unreadBytes !== undefined && unreadBytes() > MAX_UNREAD_BYTES;
  }

  #setHead(framing: Framing, text: string): void {
    setRawHead(this.response, text, framing);
    // Node would end the connection itself, and then there is nothing to reset.
    if (this.#resets) setLast(this.response, false);
  }

  #endResponse(body: string | Uint8Array | undefined): void {
    if (!this.#resets) {
      this.response.end(body);
      return;
    }
    const { socket } = this.response;
    this.response.end(body, () => {
      if (socket !== null) reset(socket);
    });
  }

  #done(): void {
    if (this.#state === 'DONE') return;
    this.#state = 'DONE';
    this.#onDone();
  }
}

/** A reset of a socket that has said its end fails, and leaves its handle open for good (Node 20 to 26). */
function reset(socket: Socket): void {
  if (socket.writable) socket.resetAndDestroy();
  else socket.destroy();
}

/** Bytes of a request's body that are read and dropped to keep a connection. */
const MAX_UNREAD_BYTES = 64 * 1024;
/** Longer bodies are copied as bytes; up to here one string is cheaper. */
const STRING_BODY_BYTES = 16 * 1024;
