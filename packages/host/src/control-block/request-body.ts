import type { Readable } from 'node:stream';

/** Why a body cannot be had. */
export type BodyFailure = 'too-large' | 'aborted' | 'timeout' | 'malformed';

/** Whether the next bytes of a body are wanted, have to wait, or are nothing any more. */
export type Intake = 'wanted' | 'paused' | 'over';

/** Who takes the body behind the read-ahead. */
export interface BodyTaker {
  take(bytes: Uint8Array, ended: boolean): void;
  failed(failure: BodyFailure): void;
}

/*
 * The body of one request. It is in one state; what makes each step is in brackets.
 *
 *   READING_AHEAD -> PAUSED      [the read-ahead is complete, the body is not]
 *   READING_AHEAD | FLOWING -> ENDED   [last byte]
 *   PAUSED -> FLOWING            [allow]
 *   FLOWING -> PAUSED            [the allowed bytes are used up]
 *   any but ENDED -> FAILED      [client gone, or more bytes than allowed]
 *
 * A stream of Node has no pull that gives buffers without a turn of the event loop each, so it is paused and resumed.
 */
export class RequestBody {
  readonly #request: Readable;
  readonly #maxBytes: number;
  #state: 'READING_AHEAD' | 'PAUSED' | 'FLOWING' | 'ENDED' | 'FAILED' = 'READING_AHEAD';
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #allowed = 0;
  #taker: BodyTaker | undefined;
  #readAheadBytes = 0;
  #readAheadDone: ((failure: BodyFailure | undefined) => void) | undefined;
  /** Bytes announced, `undefined` when they were not. */
  readonly totalBytes: number | undefined;
  /** Bytes that came so far. */
  bytesIn = 0;

  /** @param maxBytes - largest body, 0: no limit */
  constructor(request: Readable, totalBytes: number | undefined, maxBytes: number) {
    this.#request = request;
    this.totalBytes = totalBytes;
    this.#maxBytes = maxBytes;
  }

  get hasEnded(): boolean {
    return this.#state === 'ENDED';
  }

  get intake(): Intake {
    switch (this.#state) {
      case 'READING_AHEAD':
      case 'FLOWING':
        return 'wanted';
      case 'PAUSED':
        return 'paused';
      case 'ENDED':
      case 'FAILED':
        return 'over';
      default:
        return this.#state satisfies never;
    }
  }

  /** Bytes the client has still to send; Infinity when it did not say how many. */
  get unreadBytes(): number {
    return this.hasEnded ? 0 : (this.totalBytes ?? Infinity) - this.bytesIn;
  }

  /** Bytes read ahead, in the pieces they came in. */
  get readAheadPieces(): readonly Uint8Array[] {
    return this.#pieces;
  }

  /** Reads the first bytes: `bytes` of them, or all when there are fewer. `done` is called once. */
  readAhead(bytes: number, done: (failure: BodyFailure | undefined) => void): void {
    if (this.totalBytes !== undefined && this.#maxBytes > 0 && this.totalBytes > this.#maxBytes) {
      this.#state = 'FAILED';
      return done('too-large');
    }
    this.#readAheadBytes = Math.min(bytes, this.totalBytes ?? bytes);
    this.#readAheadDone = done;
    const request = this.#request;
    request.on('data', (chunk: Buffer) => {
      this.#push(chunk);
    });
    request.on('end', () => {
      this.#end();
    });
    request.on('error', () => {
      this.#fail('aborted');
    });
    // Of an HTTP/2 stream, whose end may follow as if all were well.
    request.on('aborted', () => {
      this.#fail('aborted');
    });
    if (this.#readAheadBytes === 0) this.#finishReadAhead();
  }

  /** What is behind the read-ahead goes to `taker`, as it allows. */
  flowTo(taker: BodyTaker): void {
    this.#taker = taker;
    this.#pieces = [];
  }

  /** Bytes behind the read-ahead that no taker has had; `undefined` when it is not known how many come. */
  get undeliveredBytes(): number | undefined {
    return this.totalBytes === undefined ? undefined : this.totalBytes - this.#deliveredBytes;
  }

  /** Nothing more goes to the taker until it, or another one, allows it again. */
  stop(): void {
    this.#allowed = 0;
    if (this.#state !== 'FLOWING') return;
    this.#state = 'PAUSED';
    this.#request.pause();
  }

  /** The taker takes this many bytes more. */
  allow(bytes: number): void {
    this.#allowed += bytes;
    if (this.#state === 'FAILED') {
      this.#taker?.failed('aborted');
    } else if (this.#state === 'PAUSED' && this.#allowed > 0) {
      this.#state = 'FLOWING';
      this.#deliverRest();
      if (this.#state === 'FLOWING') this.#request.resume();
    } else if (this.#state === 'ENDED') {
      this.#deliverRest();
    }
  }

  #rest: Buffer | undefined;
  #endDelivered = false;
  #deliveredBytes = 0;

  #push(chunk: Buffer): void {
    this.bytesIn += chunk.length;
    if (this.#maxBytes > 0 && this.bytesIn > this.#maxBytes) return this.#fail('too-large');
    if (this.#state === 'READING_AHEAD') return this.#pushAhead(chunk);
    if (this.#state === 'FLOWING' && this.#allowed >= chunk.length) return this.#deliver(chunk);
    this.#rest = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#state === 'FLOWING') this.#deliverRest();
  }

  #pushAhead(chunk: Buffer): void {
    const room = this.#readAheadBytes - this.#pieceBytes;
    this.#pieces.push(chunk.length <= room ? chunk : chunk.subarray(0, room));
    this.#pieceBytes += Math.min(room, chunk.length);
    if (chunk.length > room) this.#rest = chunk.subarray(room);
    if (this.#pieceBytes === this.#readAheadBytes) this.#finishReadAhead();
  }

  #finishReadAhead(): void {
    this.#deliveredBytes = this.#pieceBytes;
    if (this.#pieceBytes === this.totalBytes) {
      this.#state = 'ENDED';
    } else {
      this.#state = 'PAUSED';
      this.#request.pause();
    }
    this.#settleReadAhead(undefined);
  }

  #deliverRest(): void {
    const rest = this.#rest;
    if (rest !== undefined && this.#allowed > 0) {
      this.#rest = rest.length > this.#allowed ? rest.subarray(this.#allowed) : undefined;
      this.#deliver(rest.subarray(0, this.#allowed));
    }
    if (this.#state === 'FLOWING' && this.#allowed <= 0) {
      this.#state = 'PAUSED';
      this.#request.pause();
    }
    if (this.#state === 'ENDED' && this.#rest === undefined) this.#deliverEnd();
  }

  #deliver(bytes: Uint8Array): void {
    this.#allowed -= bytes.length;
    this.#deliveredBytes += bytes.length;
    const isLast =
      this.totalBytes !== undefined && this.bytesIn === this.totalBytes && this.#rest === undefined;
    if (isLast) {
      this.#state = 'ENDED';
      this.#endDelivered = true;
    }
    this.#taker?.take(bytes, isLast);
    if (this.#allowed <= 0 && this.#state === 'FLOWING') {
      this.#state = 'PAUSED';
      this.#request.pause();
    }
  }

  #deliverEnd(): void {
    if (this.#endDelivered || this.#taker === undefined) return;
    this.#endDelivered = true;
    this.#taker.take(NOTHING, true);
  }

  #end(): void {
    // A body that was read ahead whole has had its end: the control block says so, and a later taker asks for it.
    if (this.#state === 'FAILED' || this.#state === 'ENDED') return;
    const wasAhead = this.#state === 'READING_AHEAD';
    this.#state = 'ENDED';
    if (wasAhead) this.#settleReadAhead(undefined);
    else if (this.#rest === undefined) this.#deliverEnd();
  }

  #fail(failure: BodyFailure): void {
    if (this.#state === 'ENDED' || this.#state === 'FAILED') return;
    const wasAhead = this.#state === 'READING_AHEAD';
    this.#state = 'FAILED';
    if (wasAhead) this.#settleReadAhead(failure);
    else this.#taker?.failed(failure);
  }

  #settleReadAhead(failure: BodyFailure | undefined): void {
    const done = this.#readAheadDone;
    this.#readAheadDone = undefined;
    done?.(failure);
  }
}

const NOTHING = new Uint8Array(0);
