import { IsapiError } from '@isapi-host/sdk';
import {
  ANSWER_TAIL_BYTES,
  type AnswerHead,
  type BufferPool,
  encodeAnswer,
  PIECE_BYTES,
  type SessionEnd,
  type Slab,
  type ToHost,
  WRITE_WINDOW_BYTES,
} from './protocol/index.ts';

/*
 * Output of one session. It is in one state; what makes each step is in brackets.
 *
 *   BUFFERING -> STREAMING   [the slot is full, or flush]
 *   BUFFERING -> ENDED       [end: the whole answer lies in the slot]
 *   STREAMING -> ENDED       [end, once everything written is on its way]
 *
 * (1) BUFFERING: body bytes lie in the slot, behind the request; nothing has been posted.
 * (2) STREAMING: the head and everything since went by the port, in call order. At most WRITE_WINDOW_BYTES
 *     are under way; what an extension writes beyond waits in `#queue`, copied.
 */

/** How a writer reaches its slot and the host. */
export interface AnswerSink {
  readonly slab: Slab;
  readonly slot: number;
  readonly connId: number;
  readonly buffers: BufferPool;
  post(message: ToHost, transfer?: readonly ArrayBuffer[]): void;
  /** The session is over; `slot`: its answer lies there, `port`: its end was posted. */
  complete(by: 'slot' | 'port'): void;
  /** Blocks the thread until `isDone`. */
  blockUntil(isDone: () => boolean): void;
}

/** Takes what an extension writes. */
export interface SessionOutput {
  /** @returns bytes accepted; a promise, when the client is slow. @throws IsapiError - nothing more is taken */
  write(data: string | Uint8Array): number | Promise<number>;
  /** The same, but blocks the thread. */
  writeSync(data: string | Uint8Array): number;
  /** The session is over. Called once. */
  end(end: SessionEnd): void;
}

interface Queued {
  bytes: Uint8Array;
  offset: number;
  /** Some of it has left. */
  hasBegun: boolean;
  readonly settle: (error: IsapiError | undefined) => void;
}

const DEFAULT_HEAD: AnswerHead = {
  statusCode: 200,
  text: 'HTTP/1.1 200 OK\r\n',
  contentLength: undefined,
  keepConn: true,
  hasDate: false,
  hasServer: false,
};

export class AnswerWriter implements SessionOutput {
  readonly #sink: AnswerSink;
  readonly #bodyAt: number;
  readonly #limit: number;
  #end: number;
  #head: AnswerHead | undefined;
  #state: 'BUFFERING' | 'STREAMING' | 'ENDED' = 'BUFFERING';
  #queue: Queued[] = [];
  /** Bytes posted and not yet taken by the client's connection. */
  #underWay = 0;
  /** Why nothing more is taken. */
  #broken: IsapiError | undefined;
  #hasPosted = false;
  #endsByPort = false;
  /** Output was lost: the answer must not look complete, and its end goes by the port. */
  #isCut = false;
  #ending: SessionEnd | undefined;
  /** Post every write at once. ISAPI: HSE_REQ_SET_FLUSH_FLAG. */
  flushEach = false;

  /** @param bodyAt - first free byte of the slot */
  constructor(sink: AnswerSink, bodyAt: number) {
    this.#sink = sink;
    this.#bodyAt = bodyAt;
    this.#end = bodyAt;
    const { slab, slot } = sink;
    this.#limit = slab.payloadAt(slot) + slab.payloadBytes - ANSWER_TAIL_BYTES;
  }

  get hasHead(): boolean {
    return this.#head !== undefined;
  }

  /** Whether output waits in the slot that the client could already have. */
  get isHoldingBack(): boolean {
    return this.#state === 'BUFFERING' && this.#head !== undefined;
  }

  get isStreaming(): boolean {
    return this.#state !== 'BUFFERING';
  }

  get hasWritten(): boolean {
    return this.#state !== 'BUFFERING' || this.#end > this.#bodyAt;
  }

  /** @throws IsapiError `ERROR_INVALID_PARAMETER` - there is a head already */
  setHead(head: AnswerHead): void {
    this.#take(head);
    // ISAPI: in the profile classic the headers leave at once.
    if (this.flushEach) this.flush();
  }

  #take(head: AnswerHead): void {
    if (this.#head !== undefined) {
      throw new IsapiError('ERROR_INVALID_PARAMETER', 'the response headers are already sent');
    }
    this.#head = head;
  }

  /**
   * Accepts bytes.
   *
   * @returns their number; or a promise of it, when the window is full
   */
  write(data: string | Uint8Array): number | Promise<number> {
    this.throwIfBroken();
    const buffered = this.#buffer(data);
    if (buffered !== -1) return buffered;
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    if (this.#queue.length === 0 && this.#underWay + bytes.length <= WRITE_WINDOW_BYTES) {
      this.#postAll(bytes);
      return bytes.length;
    }
    return new Promise((resolve, reject) => {
      const settle = (error: IsapiError | undefined): void => {
        if (error === undefined) resolve(bytes.length);
        else reject(error);
      };
      const queued: Queued = { bytes, offset: 0, hasBegun: false, settle };
      this.#queue.push(queued);
      this.#pump();
      // The caller may use its memory again before the rest has left.
      if (queued.offset < bytes.length) keepRest(queued);
    });
  }

  /** The same, but blocks the thread while the window is full. */
  writeSync(data: string | Uint8Array): number {
    this.throwIfBroken();
    const buffered = this.#buffer(data);
    if (buffered !== -1) return buffered;
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.#queue.push({ bytes, offset: 0, hasBegun: false, settle: ignore });
    this.#pump();
    this.#sink.blockUntil(() => this.#queue.length === 0);
    this.throwIfBroken();
    return bytes.length;
  }

  /** @throws IsapiError - nothing more is taken */
  throwIfBroken(): void {
    if (this.#broken !== undefined) throw this.#broken;
  }

  /** Sends what is held back; from here on everything goes by the port. */
  flush(): void {
    if (this.#state !== 'BUFFERING') return;
    this.#state = 'STREAMING';
    const { slab, slot, connId } = this.#sink;
    this.#head ??= DEFAULT_HEAD;
    this.#hasPosted = true;
    this.#sink.post({ op: 'head', slot, connId, head: this.#head });
    if (this.#end > this.#bodyAt) this.#postAll(slab.bytes.subarray(this.#bodyAt, this.#end));
  }

  /**
   * The host goes on with the answer, at this place of the output.
   *
   * @returns the head that the host has to send first; `undefined`: the answer has begun, and what was held back is out
   * @throws IsapiError `ERROR_INVALID_PARAMETER` - a head is given and there is one already
   */
  continueInHost(head: AnswerHead | undefined): AnswerHead | undefined {
    this.throwIfBroken();
    if (head !== undefined) this.#take(head);
    else if (this.#head !== undefined) {
      this.flush();
      return undefined;
    }
    this.#head ??= DEFAULT_HEAD;
    this.#state = 'STREAMING';
    return this.#head;
  }

  /** Takes `continueInHost` back when nothing came of it, unless more was written since. */
  takeBack(): void {
    if (this.#state !== 'STREAMING' || this.#hasPosted) return;
    this.#head = undefined;
    this.#state = 'BUFFERING';
    if (!this.#isCut) this.#broken = undefined;
  }

  /** The host has to hear something before the end, so the end follows it on the port. */
  endByPort(): void {
    this.#endsByPort = true;
  }

  /** That was the last output. */
  seal(message: string): void {
    this.#broken ??= new IsapiError('ERROR_INVALID_PARAMETER', message);
  }

  /** It was not, for it failed. */
  unseal(): void {
    if (!this.#isCut) this.#broken = undefined;
  }

  /** The connection closes after the answer; for an answer that lies in the slot. */
  closeAfter(): void {
    const { statusCode, text, contentLength, hasDate, hasServer } = this.#head ?? DEFAULT_HEAD;
    this.#head = { statusCode, text, contentLength, keepConn: false, hasDate, hasServer };
  }

  /** How many writes wait for room. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Drops the last writes that wait; when one of them has begun to leave, the answer is cut off. */
  cancelQueued(count: number): void {
    for (let left = count; left > 0; left -= 1) {
      const last = this.#queue.at(-1);
      if (last === undefined || last.hasBegun) {
        this.#isCut = true;
        this.breakOff(new IsapiError('ERROR_OPERATION_ABORTED', 'the write was cancelled'));
        return;
      }
      this.#queue.pop();
    }
  }

  /** The client's connection took bytes. */
  credit(bytes: number): void {
    this.#underWay -= bytes;
    this.#pump();
  }

  /** The client will take nothing any more. */
  breakOff(error: IsapiError): void {
    this.#broken = error;
    this.#isCut = true;
    const queue = this.#queue;
    this.#queue = [];
    for (const { settle } of queue) settle(error);
    this.#finish();
  }

  /** Ends the answer, at once or after what is queued. Called once. */
  end(end: SessionEnd): void {
    if (
      this.#isCut ||
      end.error !== undefined ||
      (end.hseStatus === ERROR_STATUS && !this.hasWritten)
    ) {
      // Nothing has left this thread, or what has cannot be taken back: the host decides what the client sees.
      this.#ending = this.#isCut ? asCut(end) : end;
      this.#finish();
      return;
    }
    if (this.#fitsSlot && end.hseStatus !== ERROR_STATUS && this.#isAsDeclared) {
      this.#state = 'ENDED';
      const { slab, slot } = this.#sink;
      encodeAnswer(slab, slot, this.#bodyAt, this.#end - this.#bodyAt, this.#headOrEmpty(end), end);
      this.#sink.complete('slot');
      return;
    }
    if (this.#head === undefined) this.#head = this.#headOrEmpty(end);
    this.flush();
    this.#ending = end;
    this.#finish();
  }

  get #fitsSlot(): boolean {
    return this.#state === 'BUFFERING' && !this.#endsByPort;
  }

  /** A body that breaks the extension's own Content-Length goes the road where the host cuts it. */
  get #isAsDeclared(): boolean {
    const declared = this.#head?.contentLength;
    return declared === undefined || declared === this.#end - this.#bodyAt;
  }

  /** An extension that sent nothing is answered with its `httpStatusCode` and an empty body. */
  #headOrEmpty(end: SessionEnd): AnswerHead {
    if (this.#head !== undefined) return this.#head;
    const statusCode = end.logStatus >= 200 && end.logStatus <= 599 ? end.logStatus : 200;
    return statusCode === 200
      ? DEFAULT_HEAD
      : { ...DEFAULT_HEAD, statusCode, text: `HTTP/1.1 ${statusCode} \r\n` };
  }

  /**
   * Copies into the slot while the answer fits there.
   *
   * @returns how many bytes, or -1 when they have to go by the port
   */
  #buffer(data: string | Uint8Array): number {
    // No bytes are no output: the headers may still come.
    if (data.length === 0) return 0;
    if (this.#state !== 'BUFFERING') return -1;
    this.#head ??= DEFAULT_HEAD;
    const { bytes } = this.#sink.slab;
    const start = this.#end;
    const room = this.#limit - start;
    if (typeof data === 'string') {
      // UTF-8 takes at most three bytes for a UTF-16 unit.
      if (data.length * 3 <= room || Buffer.byteLength(data) <= room) {
        this.#end += bytes.utf8Write(data, start);
      } else {
        this.flush();
        return -1;
      }
    } else if (data.length <= room) {
      bytes.set(data, start);
      this.#end += data.length;
    } else {
      this.flush();
      return -1;
    }
    const written = this.#end - start;
    if (this.flushEach) this.flush();
    return written;
  }

  #pump(): void {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const { bytes } = first;
      while (first.offset < bytes.length && this.#underWay < WRITE_WINDOW_BYTES) {
        const end = Math.min(first.offset + PIECE_BYTES, bytes.length);
        this.#post(bytes.subarray(first.offset, end));
        first.offset = end;
        first.hasBegun = true;
      }
      if (first.offset < bytes.length) return;
      this.#queue.shift();
      first.settle(undefined);
    }
    this.#finish();
  }

  #postAll(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      this.#post(bytes.subarray(at, at + PIECE_BYTES));
    }
  }

  #post(piece: Uint8Array): void {
    this.#hasPosted = true;
    // The extension goes on using its memory, so a copy is what is transferred.
    const { slot, connId } = this.#sink;
    const buffer = this.#sink.buffers.take();
    const { length } = piece;
    new Uint8Array(buffer).set(piece);
    this.#underWay += length;
    this.#sink.post({ op: 'write', slot, connId, buffer, length }, [buffer]);
  }

  #finish(): void {
    if (this.#ending === undefined || this.#queue.length > 0 || this.#state === 'ENDED') return;
    this.#state = 'ENDED';
    const { slot, connId } = this.#sink;
    this.#sink.post({ op: 'end', slot, connId, end: this.#ending });
    this.#sink.complete('port');
  }
}

const ERROR_STATUS = 4;

function asCut(end: SessionEnd): SessionEnd {
  const { logStatus, logData, logParameter, error } = end;
  return { hseStatus: ERROR_STATUS, logStatus, logData, logParameter, error };
}

function keepRest(queued: Queued): void {
  queued.bytes = new Uint8Array(queued.bytes.subarray(queued.offset));
  queued.offset = 0;
}

function ignore(): void {
  // A blocking write looks at its queue itself.
}
