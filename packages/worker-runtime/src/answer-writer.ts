import { HSE_STATUS_ERROR, IsapiError } from '@isapi-host/sdk';
import { cancelError } from './cancel-error.ts';
import { PortOutput, type PortSink } from './port-output.ts';
import {
  ANSWER_TAIL_BYTES,
  type AnswerHead,
  DEFAULT_HEAD,
  emptyHead,
  encodeAnswer,
  type SessionEnd,
  type Slab,
  type ThreadFault,
} from './protocol/index.ts';
import type { SessionOutput } from './session-output.ts';

/** Bytes that may wait for a client, of writes that nobody awaits. One write of any size may. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/*
 * Output of one session. It is in one state; what makes each step is in brackets.
 *
 *   BUFFERING -> STREAMING   [the slot is full, or flush]
 *   BUFFERING -> ENDED       [end: the whole answer lies in the slot]
 *   STREAMING -> ENDED       [end, once everything written is on its way]
 *
 * (1) BUFFERING: body bytes lie in the slot, behind the request; nothing has been posted.
 * (2) STREAMING: the head and everything since goes by the port, in call order.
 */

/** How a writer reaches its slot and the host. */
export interface AnswerSink extends PortSink {
  readonly slab: Slab;
  /** Why the session should end, 0: it should not. Known before the message that says so. */
  readonly cancelReason: number;
  /** The session is over; `slot`: its answer lies there, `port`: its end was posted. */
  complete(by: 'slot' | 'port'): void;
  /** The extension does what it should not. */
  fault(event: ThreadFault, reason: string): void;
}

export class AnswerWriter implements SessionOutput {
  readonly #sink: AnswerSink;
  readonly #bodyAt: number;
  readonly #limit: number;
  #end: number;
  #head: AnswerHead | undefined;
  #state: 'BUFFERING' | 'STREAMING' | 'ENDED' = 'BUFFERING';
  #port: PortOutput | undefined;
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
    if (this.#portOutput.queuedBytes > MAX_QUEUED_BYTES) this.#refuseFlood();
    return this.#portOutput.write(bytes);
  }

  /** The same, but blocks the thread while the window is full. */
  writeSync(data: string | Uint8Array): number {
    this.throwIfBroken();
    const buffered = this.#buffer(data);
    if (buffered !== -1) return buffered;
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.#portOutput.writeSync(bytes);
    this.throwIfBroken();
    return bytes.length;
  }

  /** @throws IsapiError `ERROR_NOT_ENOUGH_MEMORY` */
  #refuseFlood(): never {
    const message = `${this.#portOutput.queuedBytes} bytes wait for the client: await writeClient`;
    this.#sink.fault('ext.flood', message);
    const error = new IsapiError('ERROR_NOT_ENOUGH_MEMORY', message);
    this.#isCut = true;
    this.breakOff(error);
    throw error;
  }

  takeHeadOf(): undefined {
    return undefined;
  }

  /** @throws IsapiError - nothing more is taken */
  throwIfBroken(): void {
    if (this.#broken !== undefined) throw this.#broken;
    const { cancelReason } = this.#sink;
    if (cancelReason !== 0) throw cancelError(cancelReason);
  }

  /** Sends what is held back; from here on everything goes by the port. */
  flush(): void {
    if (this.#state !== 'BUFFERING') return;
    this.#state = 'STREAMING';
    const { slab, slot, connId } = this.#sink;
    this.#head ??= DEFAULT_HEAD;
    this.#hasPosted = true;
    this.#sink.post({ op: 'head', slot, connId, head: this.#head });
    const held = slab.bytes.subarray(this.#bodyAt, this.#end);
    if (held.length > 0) this.#portOutput.postAll(held);
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
    const hasPosted = this.#hasPosted || this.#port?.hasPosted === true;
    if (this.#state !== 'STREAMING' || hasPosted) return;
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
    this.#head = { ...(this.#head ?? DEFAULT_HEAD), keepConn: false };
  }

  /** How many writes wait for room. */
  get queued(): number {
    return this.#port?.queued ?? 0;
  }

  /** Drops the last write that waits; when it has begun to leave, the answer is cut off. */
  cancelQueued(): void {
    if (this.#port?.takeLastBack() === true) return;
    this.breakOff(new IsapiError('ERROR_OPERATION_ABORTED', 'the write was cancelled'));
  }

  /** The client's connection took bytes. */
  credit(bytes: number): void {
    this.#port?.credit(bytes);
  }

  /** The client will take nothing any more. */
  breakOff(error: IsapiError): void {
    this.#broken = error;
    this.#isCut = true;
    this.#port?.drop(error);
    this.#finish();
  }

  /** Ends the answer, at once or after what is queued. Called once. */
  end(end: SessionEnd): void {
    if (
      this.#isCut ||
      end.error !== undefined ||
      (end.hseStatus === HSE_STATUS_ERROR && !this.hasWritten)
    ) {
      // Nothing has left this thread, or what has cannot be taken back: the host decides what the client sees.
      this.#ending = this.#isCut ? { ...end, hseStatus: HSE_STATUS_ERROR } : end;
      this.#finish();
      return;
    }
    if (this.#fitsSlot && end.hseStatus !== HSE_STATUS_ERROR && this.#isAsDeclared) {
      this.#state = 'ENDED';
      const { slab, slot } = this.#sink;
      encodeAnswer(
        slab,
        slot,
        this.#bodyAt,
        this.#end - this.#bodyAt,
        this.#head ?? emptyHead(end.logStatus),
        end,
      );
      this.#sink.complete('slot');
      return;
    }
    this.#head ??= emptyHead(end.logStatus);
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
    const { slab } = this.#sink;
    const start = this.#end;
    const room = this.#limit - start;
    if (typeof data === 'string') {
      // UTF-8 takes at most three bytes for a UTF-16 unit.
      if (data.length * 3 <= room || Buffer.byteLength(data) <= room) {
        this.#end += slab.bytes.utf8Write(data, start);
      } else {
        this.flush();
        return -1;
      }
    } else if (data.length <= room) {
      slab.write(data, start);
      this.#end += data.length;
    } else {
      this.flush();
      return -1;
    }
    const written = this.#end - start;
    if (this.flushEach) this.flush();
    return written;
  }

  get #portOutput(): PortOutput {
    this.#port ??= new PortOutput(this.#sink, () => {
      this.#finish();
    });
    return this.#port;
  }

  #finish(): void {
    if (this.#ending === undefined || this.queued > 0 || this.#state === 'ENDED') return;
    this.#state = 'ENDED';
    const { slot, connId } = this.#sink;
    this.#sink.post({ op: 'end', slot, connId, end: this.#ending });
    this.#sink.complete('port');
  }
}
