import {
  type AnswerHead,
  type ControlBlockSource,
  DEFAULT_HEAD,
  emptyHead,
  monotonicMs,
  type NamedUser,
  type SessionEnd,
  type SlotAnswer,
  type WireError,
} from '@isapi-host/worker-runtime/protocol';
import { HSE_STATUS_ERROR } from '@isapi-host/sdk';
import type { AnswerMemory, Client, Loss, RequestIdentity } from '../callbacks/client.ts';
import { serverSupportFunction } from '../callbacks/server-support-function.ts';
import type { BodyFailure, Intake, RequestBody } from '../control-block/request-body.ts';
import type { Pool } from '../dispatch/pool.ts';
import type { ExtensionResolution } from '../name-space/resolution.ts';
import { type HostErrorCode, statusOf } from '../observe/host-error.ts';
import type { FaultEvent, Faults } from '../observe/faults.ts';
import type { Logger } from '../observe/logger.ts';
import type { Connection, RequestFailure, Turn } from './connection.ts';
import type { Answerer } from './answerer.ts';
import { BodyFeed } from './body-feed.ts';
import type { ChildBody } from './child-body.ts';
import type { ChildRunner } from './child-runner.ts';
import type { ErrorPages } from './error-pages.ts';
import { faultOf, LOSSES, REFUSALS, STATUS_OF_FAILURE, toHostErrorCode } from './failure-codes.ts';
import { buildBlockOf, buildBodyOf } from './request-source.ts';
import { scriptPartOf } from './script-part.ts';
import { SessionCalls } from './session-calls.ts';
import { SessionOutput } from './session-output.ts';
import type { ClientRequest } from './wire.ts';
import { WriteCredit } from './write-credit.ts';

/** What an exchange needs of the host. */
export interface ExchangeContext {
  readonly logger: Logger;
  readonly faults: Faults;
  readonly readAheadBytes: number;
  readonly maxBodyBytes: number;
  /** The host process holds too much memory to take requests. */
  readonly isShedding: boolean;
  poolOf(name: string): Pool;
  nextConnId(): number;
  readonly children: ChildRunner;
  readonly errorPages: ErrorPages;
  /** Whether a module file is that of a listed extension. */
  isListed(module: string): boolean;
  /** The configuration without secrets. */
  configCopy(): Readonly<Record<string, unknown>>;
  /** The settings of a pool without secrets. */
  poolCopy(name: string): Readonly<Record<string, unknown>>;
}

/** Who an answer is for, and where it comes from. */
export interface ExchangeRequest {
  readonly request: ClientRequest;
  readonly connection: Connection;
  readonly requestId: string;
  readonly remoteAddress: string;
  readonly secure: boolean;
  readonly resolution: ExtensionResolution;
  /** Target, method and body count for the extension; a child has its own. */
  readonly url: string;
  readonly method: string;
  readonly hasBody: boolean;
  /** How many SEND_URL and EXEC_URL led here. */
  readonly depth: number;
  /** In place of the request's own: that of a child, or one that names the host's span. */
  readonly headerBlock?: string | undefined;
  /** Whom the parent of a child said it is made for. */
  readonly user?: NamedUser | undefined;
  /** A child's own body, in place of the request's. */
  readonly body?: ChildBody | undefined;
}

/** One request that an extension answers, from its control block to the last byte. */
export class Exchange implements Client, Turn {
  readonly connId: number;
  readonly deadline: number;
  readonly of: ExchangeRequest;
  readonly responder: Answerer;
  slot = -1;
  queuedAt = 0;
  threadId: number | undefined;
  queueMs = 0;
  runMs = 0;
  /** What the log tells of the end. */
  outcome: SessionEnd | undefined;
  errorCode: HostErrorCode | undefined;
  readonly #context: ExchangeContext;
  #pool: Pool;
  readonly #body: RequestBody | undefined;
  #feed: BodyFeed | undefined;
  #credit: WriteCredit | undefined;
  #onEnd: (() => void) | undefined;
  #output: SessionOutput | undefined;
  #calls: SessionCalls | undefined;
  #isBodyHandedOver = false;
  /** The exchange that answers for this one, after EXEC_URL or SEND_URL. */
  child: Exchange | undefined;

  constructor(context: ExchangeContext, of: ExchangeRequest, responder: Answerer) {
    this.#context = context;
    this.of = of;
    this.responder = responder;
    this.connId = context.nextConnId();
    this.#pool = context.poolOf(of.resolution.extension.pool);
    const { requestTimeoutMs } = this.#pool;
    this.deadline = requestTimeoutMs === 0 ? Infinity : monotonicMs() + requestTimeoutMs;
    this.#body = of.hasBody ? buildBodyOf(of, context.maxBodyBytes) : undefined;
    const body = this.#body;
    if (body !== undefined) responder.unreadBytes = () => body.unreadBytes;
  }

  get extension(): string {
    return this.of.resolution.extension.name;
  }

  get identity(): RequestIdentity {
    const { requestId, url } = this.of;
    return { requestId, extension: this.extension, url };
  }

  /** For the log: 499 when the client left before the end. */
  get statusCode(): number {
    return this.errorCode === 'ISAPI_ERR_CLIENT_DISCONNECTED' ? 499 : this.responder.statusCode;
  }

  get intake(): Intake {
    return this.#body?.intake ?? 'over';
  }

  get bytesIn(): number {
    return this.#body?.bytesIn ?? 0;
  }

  /** Called once, when the extension has nothing more to do with the answer. */
  whenEnded(onEnd: () => void): void {
    this.#onEnd = onEnd;
  }

  /** Reads the read-ahead and queues the request. */
  start(): void {
    if (this.responder.isDone) return this.#ended();
    // What is under way is helped to its end.
    if (this.of.depth === 0 && this.#context.isShedding) {
      return this.#refuse('ISAPI_ERR_HOST_MEMORY');
    }
    const body = this.#body;
    if (body === undefined) return this.#submit();
    if (this.of.body === undefined) this.responder.sendContinue();
    body.readAhead(this.#context.readAheadBytes, (failure) => {
      // The body of a client that has left may seem to end well.
      if (this.responder.isDone) this.#ended();
      else if (failure === undefined) this.#submit();
      else this.failed(failure);
    });
  }

  /** The connection closed before the answer was complete. */
  clientGone(): void {
    this.errorCode ??= 'ISAPI_ERR_CLIENT_DISCONNECTED';
    this.#pool.cancel(this, 'client-gone');
    this.child?.clientGone();
    this.responder.closed();
    this.#output?.closed();
    this.#ended();
  }

  /** Its parent wants no answer of it any more. */
  cancelled(): void {
    this.#pool.cancel(this, 'client-gone');
    this.child?.cancelled();
    if (!this.responder.isOpen) this.responder.cut();
    this.#ended();
  }

  /** Lets a new thread take the place of the one that runs this. */
  replaceThread(reason: string): void {
    this.#pool.replaceThread(this, reason);
  }

  requestFailed(failure: RequestFailure): void {
    this.failed(failure);
  }

  stopBody(): void {
    this.#body?.stop();
    // The answer to the call must not overtake what was taken in this turn.
    this.#feed?.flush();
  }

  /** Gives what the session has not been sent of its body to somebody else. */
  handOverBody(): RequestBody | undefined {
    this.#isBodyHandedOver = true;
    return this.#body;
  }

  // Client

  answer(answer: SlotAnswer, memory: AnswerMemory): void {
    this.outcome = answer.end;
    this.responder.answer(answer.head, memory, answer.bodyAt, answer.bodyBytes);
    this.#ended();
  }

  sendHead(head: AnswerHead): void {
    if (this.#output?.isBusy === true) this.#output.inOrder(() => this.sendHead(head));
    else this.responder.begin(head);
  }

  write(buffer: ArrayBuffer, length: number): void {
    if (this.#output?.isBusy === true) {
      this.#output.inOrder(() => this.write(buffer, length));
      return;
    }
    // Of a session that counted on a job for its head, which came to nothing.
    if (this.responder.isOpen) this.responder.begin(DEFAULT_HEAD);
    this.responder.write(Buffer.from(buffer, 0, length), () => {
      if (this.outcome !== undefined) return;
      this.#credit ??= new WriteCredit(this, this.#pool);
      this.#credit.add(buffer, length);
    });
  }

  end(end: SessionEnd): void {
    this.outcome = end;
    if (this.#output?.isBusy === true) this.#output.inOrder(() => this.#finish(end));
    else this.#finish(end);
  }

  #finish(end: SessionEnd): void {
    if (end.error !== undefined || (end.hseStatus === HSE_STATUS_ERROR && this.responder.isOpen)) {
      this.errorCode = toHostErrorCode(end.error?.code);
      this.#report(faultOf(end.error?.code, !this.responder.isOpen), end.error);
      this.responder.error(statusOf(this.errorCode) ?? 500);
    } else if (end.hseStatus === HSE_STATUS_ERROR) {
      this.#report('ext.truncated', undefined);
      this.responder.cut();
    } else {
      if (this.responder.isOpen) this.responder.send(emptyHead(end.logStatus), '');
      this.responder.end(end.hseStatus);
    }
    this.#ended();
  }

  lose(loss: Loss): void {
    const [code, status] = LOSSES[loss];
    this.errorCode = code;
    this.child?.cancelled();
    this.responder.error(status, status === 503 ? { 'Retry-After': '1' } : {});
    this.#ended();
  }

  allowBody(bytes: number): void {
    if (!this.#isBodyHandedOver) this.#body?.allow(bytes);
  }

  call(code: number, input: unknown): Promise<unknown> {
    this.#output ??= new SessionOutput(this.responder);
    this.#calls ??= new SessionCalls(this, this.#context, this.#output);
    return serverSupportFunction(this.#calls, code, input);
  }

  /** The body of its request does not come whole. */
  failed(failure: BodyFailure): void {
    if (failure === 'aborted') this.responder.cut();
    else this.responder.error(STATUS_OF_FAILURE[failure]);
    this.#pool.cancel(this, 'client-gone');
    this.#ended();
  }

  #submit(): void {
    const pieces = this.#body?.readAheadPieces ?? NO_PIECES;
    const block = this.of.headerBlock ?? buildBlockOf(this.of.request);
    let submission = this.#pool.submit(this, this.#controlBlock(), block, pieces);
    if (submission === 'closing') {
      // Another pool may have taken the name while the read-ahead came in.
      this.#pool = this.#context.poolOf(this.#pool.name);
      submission = this.#pool.submit(this, this.#controlBlock(), block, pieces);
    }
    if (submission === 'too-large') return this.#refuse(undefined, 431);
    if (submission !== 'queued') return this.#refuse(REFUSALS[submission]);
    const body = this.#body;
    // One that was read ahead whole has nothing to feed, nor can it fail. V8 takes a feed per request for long-lived, and
    // what hangs on it is then garbage of the old generation (docs/performance.md).
    if (body === undefined || body.hasEnded) return;
    this.#feed = new BodyFeed(this, this.#pool, (failure) => this.failed(failure));
    body.flowTo(this.#feed);
  }

  #refuse(code: HostErrorCode | undefined, status = 503): void {
    this.errorCode = code;
    this.responder.error(status, status === 503 ? { 'Retry-After': '1' } : {});
    this.#ended();
  }

  #controlBlock(): ControlBlockSource {
    const { of } = this;
    return {
      script: scriptPartOf(of.resolution),
      connection: of.connection.controlBlockPart(of.remoteAddress, of.secure),
      request: {
        connId: this.connId,
        requestId: of.requestId,
        method: of.method,
        url: of.url,
        httpVersion: of.request.httpVersion,
        totalBytes: this.#body === undefined ? 0 : this.#body.totalBytes,
        bodyEnded: this.#body?.hasEnded ?? true,
        keepConn: this.responder.keepConn,
        user: of.user,
      },
    };
  }

  #report(event: FaultEvent, error: WireError | undefined): void {
    const { requestId, url } = this.of;
    this.#context.faults.report(event, {
      reqId: requestId,
      extension: this.extension,
      pool: this.#pool.name,
      url,
      errorCode: this.errorCode,
      error,
    });
  }

  #ended(): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.();
  }
}

const NO_PIECES: readonly Uint8Array[] = [];
