import type { ExtensionControlBlock } from '../control-block.ts';
import { IsapiError } from '../errors.ts';
import { HSE_IO_ASYNC, HSE_IO_NODELAY, HSE_IO_SYNC } from '../io.ts';
import type { HseIoCompletion, HseIoCompletionInfo } from '../io.ts';
import { HSE_STATUS_ERROR, type FinalStatus } from '../status.ts';
import { ERROR_NETNAME_DELETED, ERROR_OPERATION_ABORTED } from '../win32.ts';
import { clipUtf8, copyBytes, platform } from './platform.ts';
import { completeRequest, type CompleteRequest, type RecordedRequest } from './request.ts';
import { ResponseRecorder } from './response.ts';

/** An asynchronous operation: what it does at its end, and whom it tells. */
interface Operation {
  /** Does it, and gives the bytes moved. */
  readonly move: () => number;
  readonly completion?: HseIoCompletion | undefined;
  readonly context?: unknown;
}

/*
 * A session is RUNNING until `end`, then DONE.
 *
 * (1) Whatever acts asks `requireAlive` first, so nothing acts once it is DONE.
 * (2) At most one operation is under way; until its completion is called, other input and output is refused.
 * (3) A completion is called in a later turn than the call that started its operation, and once.
 */
export class Session {
  readonly options: RecordedRequest;
  readonly request: CompleteRequest;
  readonly response: ResponseRecorder;
  readonly controller: InstanceType<typeof platform.AbortController> =
    new platform.AbortController();
  /** Settles at the end; rejects with what a completion threw. */
  readonly ended: Promise<FinalStatus>;
  isConnected = true;
  httpStatusCode = 0;
  logData = '';

  readonly #ecb: ExtensionControlBlock;
  #settle: ((status: FinalStatus) => void) | undefined;
  #fail: ((cause: unknown) => void) | undefined;
  #position: number;
  #registered: HseIoCompletionInfo = { completion: null };
  #underWay: { error: number } | undefined;

  constructor(options: RecordedRequest, ecb: ExtensionControlBlock) {
    this.options = options;
    this.#ecb = ecb;
    this.request = completeRequest(options);
    this.#position = Math.min(this.request.body.length, this.request.readAheadBytes);
    this.response = new ResponseRecorder({
      method: this.request.method,
      profile: options.profile ?? 'modern',
      logStatusCode: () => this.httpStatusCode,
      logData: () => clipUtf8(this.logData, 79),
    });
    this.ended = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    this.ended.catch(() => undefined); // `run` may not be waiting
  }

  /** @throws IsapiError `ERROR_INVALID_PARAMETER` - the session is done */
  requireAlive(): void {
    if (this.response.status === undefined) return;
    throw invalid('the session is done');
  }

  /** @throws IsapiError `ERROR_IO_PENDING` - an asynchronous operation is under way */
  requireIdle(): void {
    if (this.#underWay === undefined) return;
    throw new IsapiError('ERROR_IO_PENDING', 'an asynchronous operation is under way');
  }

  read(maxBytes: number): Uint8Array {
    this.requireAlive();
    if (!Number.isInteger(maxBytes) || maxBytes < 0) {
      throw invalid(`maxBytes must be a whole number from 0, not ${maxBytes}`);
    }
    this.requireIdle();
    const isCutShort = !this.isConnected && this.#position < this.request.body.length;
    if (isCutShort && maxBytes > 0 && this.options.profile !== 'classic') {
      throw new IsapiError('ERROR_OPERATION_ABORTED', 'the client left before the end of the body');
    }
    return this.take(maxBytes);
  }

  /** The next bytes of the body, without any check. */
  take(maxBytes: number): Uint8Array {
    const end = this.isConnected ? this.#position + maxBytes : this.#position;
    const piece = this.request.body.slice(this.#position, end);
    this.#position += piece.length;
    return piece;
  }

  write(data: unknown, flags: number): number {
    this.requireAlive();
    const bytes = copyBytes(data);
    if (bytes === undefined) throw invalid('expected a string or a Uint8Array');
    const known = HSE_IO_SYNC | HSE_IO_ASYNC | HSE_IO_NODELAY;
    const isBoth = (flags & HSE_IO_SYNC) !== 0 && (flags & HSE_IO_ASYNC) !== 0;
    if ((flags & ~known) !== 0 || isBoth) throw invalid(`bad flags ${flags}`);

    this.send((flags & HSE_IO_ASYNC) !== 0, () => {
      this.response.write(bytes);
      return bytes.length;
    });
    return bytes.length;
  }

  /** Sends now; when asynchronous, tells the completion later how many bytes `output` says it sent. */
  send(isAsync: boolean, output: () => number, operation?: Omit<Operation, 'move'>): void {
    this.requireIdle();
    this.response.requireOpen();
    if (!this.isConnected) {
      throw new IsapiError('ERROR_NETNAME_DELETED', 'the client is gone');
    }
    if (isAsync) this.#requireCompletion(operation?.completion);
    const bytes = output();
    if (isAsync) this.start({ ...operation, move: () => bytes });
  }

  register(info: HseIoCompletionInfo): void {
    this.#registered = info;
  }

  get hasCompletion(): boolean {
    return this.#registered.completion !== null;
  }

  /** @throws IsapiError - no completion is registered, or another operation is under way */
  start(operation: Operation): void {
    const own = operation.completion;
    const completion = this.#requireCompletion(own);
    this.requireIdle();
    const underWay = { error: this.isConnected ? 0 : ERROR_OPERATION_ABORTED };
    this.#underWay = underWay;
    void this.#finish(underWay, operation.move, (bytes) =>
      completion(
        this.#ecb,
        own === undefined ? this.#registered.context : operation.context,
        bytes,
        underWay.error,
      ),
    );
  }

  /** Lets the operation under way end with an error. */
  abortOperation(error: number): void {
    if (this.#underWay !== undefined) this.#underWay.error = error;
  }

  disconnect(isOwn: boolean): void {
    this.isConnected = false;
    this.response.isClientGone = true;
    this.abortOperation(isOwn ? ERROR_NETNAME_DELETED : ERROR_OPERATION_ABORTED);
    this.controller.abort(new IsapiError('ERROR_NETNAME_DELETED', 'the client is gone'));
  }

  /** @throws IsapiError `ERROR_INVALID_PARAMETER` - an asynchronous operation is under way */
  requireNothingUnderWay(): void {
    if (this.#underWay === undefined) return;
    throw invalid('an asynchronous operation is under way');
  }

  end(status: FinalStatus): void {
    this.response.status = status;
    this.#settle?.(status);
  }

  async #finish(
    underWay: { readonly error: number },
    move: () => number,
    report: (bytes: number) => void | Promise<void>,
  ): Promise<void> {
    // Later than the code behind an `await` of the call, as from a real host.
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
    const bytes = underWay.error === 0 ? move() : 0;
    this.#underWay = undefined;
    try {
      await report(bytes);
    } catch (cause) {
      if (this.response.status !== undefined) return;
      this.response.status = HSE_STATUS_ERROR;
      this.#fail?.(cause);
    }
  }

  #requireCompletion(own: HseIoCompletion | undefined): HseIoCompletion {
    const completion = own ?? this.#registered.completion;
    if (completion === null) throw invalid('no completion is registered');
    return completion;
  }
}

function invalid(message: string): IsapiError {
  return new IsapiError('ERROR_INVALID_PARAMETER', message);
}
