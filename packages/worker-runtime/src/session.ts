import {
  type ConnId,
  type Extension,
  ERROR_NETNAME_DELETED,
  ERROR_OPERATION_ABORTED,
  type ExtensionControlBlock,
  type FinalStatus,
  HSE_STATUS_ERROR,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS,
  IsapiError,
} from '@isapi-host/sdk';
import { AnswerWriter } from './answer-writer.ts';
import { AsyncIo, pending } from './async-io.ts';
import { BodyReader } from './body-reader.ts';
import { cancelError } from './cancel-error.ts';
import { ClassicOutput } from './classic-output.ts';
import { LiveControlBlock } from './control-block.ts';
import { HostCalls } from './host-calls.ts';
import {
  type BufferPool,
  CANCEL_CLIENT_GONE,
  type CompletionMessage,
  type ExecOutcome,
  type ReplyMessage,
  SLOT_CANCEL,
  type Slab,
  type ThreadFault,
  type ToHost,
  toWireError,
} from './protocol/index.ts';
import { describeNoStatus, readStatus } from './returned-status.ts';
import type { SessionOutput } from './session-output.ts';
import { SessionRequest } from './session-request.ts';
import type { SessionThread } from './session-thread.ts';
import { StrictControlBlock } from './strict-control-block.ts';

/*
 * A session is in one state; what makes each step is in brackets.
 *
 *   RUNNING -> PENDING     [the proc returns HSE_STATUS_PENDING]
 *   RUNNING -> DONE_EARLY  [HSE_REQ_DONE_WITH_SESSION before the proc has returned]
 *   RUNNING -> DONE        [the proc returns anything else, throws or rejects]
 *   PENDING -> DONE        [HSE_REQ_DONE_WITH_SESSION]
 *   DONE_EARLY -> DONE     [the proc returns; what it returns no longer counts]
 *
 * (1) In DONE every member of the control block that acts throws ERROR_INVALID_PARAMETER.
 * (2) A cancelled session (client gone, deadline) keeps its state: its calls fail, and it still has to end.
 * (3) Exactly one end leaves a session. What it wrote before is on its way before that end.
 * (4) A completion that throws or rejects ends the session in any state; what the proc returns then no longer counts.
 */
type SessionState = 'RUNNING' | 'PENDING' | 'DONE_EARLY' | 'DONE';

/** What Node throws where a permission is missing. */
const DENIALS: ReadonlySet<string> = new Set(['ERR_ACCESS_DENIED', 'ERR_DLOPEN_DISABLED']);

/** One request in its extension. */
export class Session {
  readonly slot: number;
  readonly connId: ConnId;
  readonly thread: SessionThread;
  readonly request: SessionRequest;
  readonly writer: AnswerWriter;
  /** Where the extension writes: the writer, or what stands before it in the profile classic. */
  readonly output: SessionOutput;
  /** What the extension is given. */
  readonly ecb: ExtensionControlBlock;
  readonly #strict: StrictControlBlock | undefined;
  httpStatusCode = 0;
  logData = '';
  /** Texts of HSE_APPEND_LOG_PARAMETER, joined. */
  logParameter = '';
  /** How the last child of EXEC_URL went. */
  execOutcome: ExecOutcome | undefined;
  #state: SessionState = 'RUNNING';
  #early: FinalStatus = HSE_STATUS_SUCCESS;
  #body: BodyReader | undefined;
  #calls: HostCalls | undefined;
  #io: AsyncIo | undefined;
  #isClosed = false;
  #abort: AbortController | undefined;
  #told: Set<ThreadFault> | undefined;

  constructor(thread: SessionThread, slot: number) {
    this.slot = slot;
    this.thread = thread;
    this.request = new SessionRequest(thread.slab, slot);
    this.connId = this.request.init.connId as ConnId;
    this.writer = new AnswerWriter(this, this.request.end);
    this.output =
      thread.settings.profile === 'classic' ? new ClassicOutput(this.writer) : this.writer;
    const live = new LiveControlBlock(this);
    this.#strict = thread.settings.strictIsapi ? new StrictControlBlock(live, this) : undefined;
    this.ecb = this.#strict ?? live;
  }

  get buffers(): BufferPool {
    return this.thread.buffers;
  }

  get slab(): Slab {
    return this.thread.slab;
  }

  get isDone(): boolean {
    return this.#state === 'DONE' || this.#state === 'DONE_EARLY';
  }

  /** Why the session should end: 0 or `CANCEL_*`; read from the slot, so it is true without a message. */
  get cancelReason(): number {
    return Atomics.load(this.slab.words, this.slab.slotAt(this.slot) + SLOT_CANCEL);
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    const reason = this.isDone ? 0 : this.cancelReason;
    if (reason !== 0) this.#abort.abort(cancelError(reason));
    return this.#abort.signal;
  }

  /** Calls the proc. Never throws, never rejects. */
  run(extension: Extension): void {
    let returned: unknown;
    try {
      returned = extension.httpExtensionProc(this.ecb);
    } catch (error) {
      this.fail(error);
      return;
    }
    if (typeof returned === 'object' && returned !== null && 'then' in returned) {
      Promise.resolve(returned).then(
        (status) => {
          this.#returned(status);
        },
        (error: unknown) => {
          this.fail(error);
        },
      );
      return;
    }
    this.#returned(returned);
  }

  /**
   * ISAPI: HSE_REQ_DONE_WITH_SESSION.
   *
   * @throws IsapiError `ERROR_INVALID_PARAMETER` - an asynchronous operation has not reported its end
   */
  doneWithSession(status: FinalStatus): void {
    if (this.#io?.isUnderWay === true) {
      throw new IsapiError('ERROR_INVALID_PARAMETER', 'an asynchronous operation is under way');
    }
    if (this.#state === 'RUNNING') {
      this.#state = 'DONE_EARLY';
      this.#early = status;
      return;
    }
    this.#end(status, undefined);
  }

  /** Refuses the request before any extension saw it. */
  refuse(error: unknown, code: string): void {
    this.#end(HSE_STATUS_ERROR, toWireError(error, code));
  }

  /** @throws IsapiError `ERROR_INVALID_PARAMETER` - the session is over */
  assertOpen(): void {
    if (!this.isDone) return;
    this.fault('ext.afterdone', 'the session is over');
    throw new IsapiError('ERROR_INVALID_PARAMETER', 'the session is over');
  }

  /** The extension did something it should not. Each kind is told once a request. */
  fault(event: ThreadFault, reason: string): void {
    this.#told ??= new Set();
    if (this.#told.has(event)) return;
    this.#told.add(event);
    const { extension, requestId } = this.request.init;
    this.thread.faults.tell(event, extension, { reqId: requestId, reason });
  }

  /** @throws IsapiError `ERROR_IO_PENDING` - an asynchronous operation is under way */
  assertIdle(): void {
    if (this.#io?.isUnderWay === true) throw pending();
  }

  get io(): AsyncIo {
    this.#io ??= new AsyncIo(this);
    return this.#io;
  }

  get calls(): HostCalls {
    this.#calls ??= new HostCalls(this);
    return this.#calls;
  }

  /** Whether anybody takes the answer. */
  get isConnected(): boolean {
    return !this.#isClosed && this.cancelReason === 0;
  }

  /** Whether the body was read past its read-ahead. */
  get hasReadBody(): boolean {
    return this.#body !== undefined;
  }

  /** The body behind the read-ahead. */
  get body(): BodyReader {
    if (this.#body === undefined) {
      this.#body = new BodyReader(this, this.request.init.bodyEnded, this.thread.settings);
      const reason = this.cancelReason;
      if (reason !== 0) this.#body.cancel(reason);
    }
    return this.#body;
  }

  // From the host.

  pushBody(chunks: readonly Uint8Array[], ended: boolean): void {
    this.#body?.push(chunks, ended);
  }

  reply(message: ReplyMessage): void {
    this.#calls?.reply(message);
  }

  completed(message: CompletionMessage): void {
    this.#calls?.completed(message);
  }

  cancel(reason: number): void {
    const error = cancelError(reason);
    this.#io?.abort(ERROR_OPERATION_ABORTED);
    this.#body?.cancel(reason);
    // The host drops what an abandoned session writes, so no credit would come for it.
    this.writer.breakOff(error);
    this.#calls?.cancel(error);
    // Listeners of an extension do not run inside another session's blocking call.
    queueMicrotask(() => this.#abort?.abort(error));
  }

  /** The extension closes the connection: as if the client had gone, but for the error. */
  close(): void {
    this.#isClosed = true;
    if (this.writer.hasWritten) this.writer.flush();
    this.#io?.abort(ERROR_NETNAME_DELETED);
    this.#body?.cancel(CANCEL_CLIENT_GONE);
    this.writer.breakOff(cancelError(CANCEL_CLIENT_GONE));
  }

  // For the writer, the body and the calls.

  askForBytes(bytes: number): void {
    this.post({ op: 'read', slot: this.slot, connId: this.connId, bytes });
  }

  /** The error of output that nobody takes. */
  goneError(): IsapiError {
    return cancelError(this.#isClosed ? CANCEL_CLIENT_GONE : this.cancelReason);
  }

  cancelError(): IsapiError {
    return cancelError(this.cancelReason);
  }

  post(message: ToHost, transfer?: readonly ArrayBuffer[]): void {
    this.thread.post(message, transfer);
  }

  blockUntil(isDone: () => boolean, timeoutMs?: number): boolean {
    return this.thread.blockUntil(this.slot, isDone, timeoutMs);
  }

  complete(by: 'slot' | 'port'): void {
    this.thread.ended(this, by);
  }

  #returned(status: unknown): void {
    if (this.#state === 'DONE') return;
    this.#strict?.returned(status, this.#io?.isUnderWay === true);
    if (this.#state === 'DONE_EARLY') {
      this.#end(this.#early, undefined);
      return;
    }
    const known = readStatus(status);
    if (known === HSE_STATUS_PENDING) {
      this.#state = 'PENDING';
    } else if (known !== undefined) {
      this.#end(known, undefined);
    } else {
      const message = describeNoStatus(status);
      this.#end(HSE_STATUS_ERROR, { code: 'ISAPI_ERR_EXTENSION_FAILED', message, stack: '' });
    }
  }

  /** The extension threw. */
  fail(thrown: unknown): void {
    const error = toWireError(thrown);
    if (DENIALS.has(error.code)) this.fault('ext.denied', error.message);
    this.#end(HSE_STATUS_ERROR, error);
  }

  #end(hseStatus: FinalStatus, error: ReturnType<typeof toWireError> | undefined): void {
    if (this.#state === 'DONE') return;
    this.#state = 'DONE';
    this.#io?.drop();
    this.#calls?.drop();
    // What a late reader of the control block may still ask for must not come from a slot of somebody else.
    this.request.detach();
    const { httpStatusCode: logStatus, logData, logParameter } = this;
    this.output.end({ hseStatus, logStatus, logData, logParameter, error });
  }
}
