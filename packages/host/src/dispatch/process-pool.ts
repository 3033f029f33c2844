import {
  BufferPool,
  type ChunkMessage,
  type ControlBlockSource,
  type CreditMessage,
  encodeRequestFrame,
  type Frame,
  type LoadProblem,
  monotonicMs,
  readAnswerFrame,
  setClaimCell,
  toWireError,
} from '@isapi-host/worker-runtime/protocol';
import type { Client } from '../callbacks/client.ts';
import type { LogConfig, PoolConfig } from '../config/host-config.ts';
import type { FaultEvent } from '../observe/faults.ts';
import { forwardLine, type Logger } from '../observe/logger.ts';
import { answerCall } from './answer-call.ts';
import type { ApplicationPoolOptions } from './application-pool.ts';
import { type ChildExit, PoolChild, type PoolChildObserver } from './pool-child.ts';
import { checkSlabShape } from './create-slab.ts';
import { FrameMemory } from './frame-memory.ts';
import { type HasBegun, PendingRequests } from './pending-requests.ts';
import type { CancelReason, Pool, Submission } from './pool.ts';
import { EMPTY_REPORT, type PoolReport, type RequestStatus } from './pool-status.ts';
import { type AskToLoad, ProcessLoads } from './process-loads.ts';
import type { FromPoolProcess, RequestTimes } from './process-messages.ts';

/** A process that ended soon is started again after this long, doubled each time, ms. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5000;
/** A process that served no longer than this is started again later, ms. */
const SHORT_LIFE_MS = 1000;
/** What a process may take to end, after the deadline it was told, ms. */
const LEAVE_MS = 2000;

export interface ProcessPoolOptions extends ApplicationPoolOptions {
  readonly logLevel: LogConfig['level'];
  /** Longest drain of the process when the host is gone, ms. */
  readonly drainMs: number;
}

/*
 * An application pool whose threads run in a process of their own.
 *
 *   submit -> WAITING here -> SENT to the process -> answered, ended or lost
 *                   ^               |
 *                   +---------------+ the process is gone and had not begun it
 *
 * (1) No more requests are sent than may have a session open there. What waits here is not lost with a process, nor is
 *     what it had not begun: the next one gets it. What it had begun is lost, so no request is run twice.
 * (2) Deadlines are kept here too, so that a process that is stopped or gone delays no answer of the host.
 * (3) The process ends by itself when the stream to the host does.
 * (4) The host believes nothing that comes from the process: what cannot be understood ends it.
 */
export class ProcessPool implements Pool, PoolChildObserver {
  readonly name: string;
  readonly queueTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly #options: ProcessPoolOptions;
  readonly #logger: Logger;
  readonly #requests: PendingRequests;
  readonly #capacity: number;
  readonly #buffers = new BufferPool();
  readonly #loads = new ProcessLoads();
  #child: PoolChild | undefined;
  #report: PoolReport = EMPTY_REPORT;
  /** Requests taken by processes that are gone. */
  #servedBefore = 0;
  #retryMs = FIRST_RETRY_MS;
  #retryTimer: NodeJS.Timeout | undefined;
  #isClosing = false;
  #onLeft: (() => void) | undefined;

  constructor(options: ProcessPoolOptions) {
    const { name, config, limits, logger } = options;
    this.name = name;
    this.queueTimeoutMs = config.queueTimeoutMs;
    this.requestTimeoutMs = config.requestTimeoutMs;
    this.#options = options;
    this.#logger = logger;
    this.#capacity = config.maxThreads * config.sessionsPerThread;
    // What the process could not run by ends the start here, where an operator sees it.
    checkSlabShape(name, processConfig(config), limits);
    this.#requests = new PendingRequests(config.queueTimeoutMs, (client, loss) => {
      client.lose(loss);
      this.cancel(client, 'deadline');
    });
    this.#start();
  }

  submit(
    client: Client,
    controlBlock: ControlBlockSource,
    headerBlock: string,
    body: readonly Uint8Array[],
  ): Submission {
    if (this.#isClosing) return 'closing';
    if (this.#requests.waiting >= Math.max(1, this.#options.config.maxQueue)) return 'full';
    client.queuedAt = monotonicMs();
    const msLeft = client.deadline - client.queuedAt;
    const { extension } = client;
    const frame = encodeRequestFrame({ extension, msLeft }, controlBlock, headerBlock, body);
    this.#requests.add(client, frame);
    this.#sendWaiting();
    return 'queued';
  }

  cancel(client: Client, reason: CancelReason): void {
    const cell = this.#requests.remove(client)?.cell;
    if (cell !== undefined && this.#child !== undefined) {
      this.#child.claims.keep(cell, client.connId);
      this.#child.send({ op: 'cancel', connId: client.connId, reason });
    }
    this.#sendWaiting();
  }

  replaceThread(): void {
    // The process sees to it itself.
  }

  post(client: Client, message: ChunkMessage | CreditMessage): void {
    if (!this.#requests.isSent(client)) return;
    const { connId } = client;
    if (message.op === 'credit') {
      for (const buffer of message.buffers) this.#buffers.give(buffer);
      this.#child?.send({ op: 'credit', connId, bytes: message.bytes });
      return;
    }
    for (const chunk of message.chunks) {
      this.#child?.send({ op: 'chunk', connId, ended: false }, chunk);
    }
    if (message.ended) this.#child?.send({ op: 'chunk', connId, ended: true });
  }

  load(modules: readonly string[], threads: number): Promise<readonly LoadProblem[]> {
    return this.#loads.load(modules, threads, this.#askToLoad);
  }

  report(): PoolReport {
    const { inFlight, waiting } = this.#requests;
    return {
      ...this.#report,
      inFlight,
      waiting: waiting + this.#report.waiting,
      served: this.#servedBefore + this.#report.served,
      rssMb: Math.max(this.#child?.rssMb ?? 0, this.#report.rssMb ?? 0),
      pid: this.#child?.pid,
    };
  }

  requests(): readonly RequestStatus[] {
    return this.#requests.list();
  }

  refuseWaiting(): void {
    for (const client of this.#requests.takeAllWaiting()) client.lose('disabled');
  }

  async close(deadline: number): Promise<void> {
    this.#isClosing = true;
    await this.#requests.untilEmpty(deadline - monotonicMs());
    for (const client of this.#requests.all()) {
      client.lose('closing');
      this.cancel(client, 'shutdown');
    }
    this.#requests.close();
    clearTimeout(this.#retryTimer);
    await this.#endChild(Math.max(0, deadline - monotonicMs()));
  }

  // PoolChildObserver

  childReady(): void {
    this.#sendWaiting();
  }

  childAnswered(frame: Frame): void {
    const { origin, answer } = readAnswerFrame(frame);
    const client = this.#requests.sent(origin.connId);
    // It may have been cancelled meanwhile.
    if (client === undefined) return;
    this.#over(client, origin);
    client.answer(answer, new FrameMemory(frame.data));
  }

  childSaid(message: FromPoolProcess, bytes: Buffer): void {
    if ('connId' in message) return this.#ofRequest(message, bytes);
    switch (message.op) {
      case 'ready':
        return undefined;
      case 'report':
        this.#report = message.report;
        for (const connId of message.released) this.#child?.claims.release(connId);
        return this.#requests.runIn(new Map(message.running), this.#hasBegun);
      case 'log':
        return forwardLine(this.#logger, message.line);
      case 'fault':
        return this.#options.faults.report(message.event, message.fields);
      case 'loads-done':
        return this.#loads.done(message.loadId, message.problems);
      default:
        return unknownMessage(message);
    }
  }

  childBroke(error: unknown): void {
    const { message, stack } = toWireError(error);
    this.#fault('bridge.bad', { pid: this.#child?.pid, error: message, stack });
  }

  childEnded(exit: ChildExit): void {
    const { claims } = exit;
    this.#child = undefined;
    this.#servedBefore += this.#report.served;
    this.#report = EMPTY_REPORT;
    const lost = this.#requests.processGone((cell, connId) => claims.hasBegun(cell, connId));
    claims.close();
    for (const client of lost) client.lose('thread-lost');
    this.#loads.lose(exit.signal ?? `exit code ${exit.exitCode}`);
    if (this.#onLeft !== undefined) return this.#onLeft();
    const { claims: _, ...fields } = exit;
    this.#fault(faultOf(exit), { ...fields, lost: lost.length });
    this.#startAgain(exit.livedMs);
  }

  #ofRequest(message: OfRequest, bytes: Buffer): void {
    const child = this.#child;
    const client = this.#requests.sent(message.connId);
    // One that was cancelled may still have messages on their way.
    if (client === undefined) return;
    switch (message.op) {
      case 'head':
        return client.sendHead(message.head);
      case 'write':
        return client.write(this.#copied(bytes), bytes.length);
      case 'end':
        this.#over(client, message.times);
        return client.end(message.end);
      case 'lose': {
        const cell = this.#requests.remove(client)?.cell;
        if (cell !== undefined) child?.claims.keep(cell, client.connId);
        this.#sendWaiting();
        return client.lose(message.loss);
      }
      case 'read':
        return client.allowBody(message.bytes);
      case 'call':
        return void answerCall(client, message, (reply) => child?.send(reply));
      default:
        return unknownMessage(message);
    }
  }

  #over(client: Client, times: RequestTimes): void {
    client.threadId = times.threadId;
    client.runMs = times.runMs;
    client.queueMs = Math.max(0, monotonicMs() - client.queuedAt - times.runMs);
    const cell = this.#requests.remove(client)?.cell;
    if (cell !== undefined) this.#child?.claims.give(cell);
    this.#sendWaiting();
  }

  #copied(bytes: Buffer): ArrayBuffer {
    const kept = this.#buffers.take();
    const buffer = bytes.length <= kept.byteLength ? kept : new ArrayBuffer(bytes.length);
    new Uint8Array(buffer).set(bytes);
    return buffer;
  }

  readonly #hasBegun: HasBegun = (cell, connId) =>
    this.#child?.claims.hasBegun(cell, connId) === true;

  readonly #askToLoad: AskToLoad = (loadId, modules, threads) => {
    this.#child?.send({ op: 'load', loadId, modules, threads });
  };

  #sendWaiting(): void {
    const child = this.#child;
    if (child?.isReady !== true) return;
    const takeCell = (): number => child.claims.take();
    while (this.#requests.sentCount < this.#capacity) {
      const { frame, cell } = this.#requests.takeWaiting(takeCell) ?? {};
      if (frame === undefined || cell === undefined) return;
      setClaimCell(frame, cell);
      child.sendFrame(frame);
    }
  }

  #start(): void {
    const { name, generation, config, limits, logLevel, settings, drainMs } = this.#options;
    const rest = { name, generation, limits, logLevel, settings, drainMs } as const;
    const child = new PoolChild({ op: 'start', config: processConfig(config), ...rest }, this);
    this.#child = child;
    const { pid } = child;
    if (child.claims.file === undefined) {
      this.#logger.warn(
        { pool: name },
        'no file for what a pool process has begun: all it was sent is lost with it',
      );
    }
    this.#logger.info({ pool: name, generation, pid }, 'pool process started');
    this.#loads.askAll(this.#askToLoad);
  }

  /** At once after a long life, else with growing pauses. A pool that closes needs a process only for what waits. */
  #startAgain(livedMs: number): void {
    if (this.#isClosing && this.#requests.inFlight === 0) return;
    if (livedMs > SHORT_LIFE_MS) {
      this.#retryMs = FIRST_RETRY_MS;
      return this.#start();
    }
    this.#retryTimer = setTimeout(() => this.#start(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  async #endChild(ms: number): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => child.kill('closing'), ms + LEAVE_MS);
      this.#onLeft = () => {
        clearTimeout(timer);
        resolve();
      };
      child.send({ op: 'close', ms });
    });
  }

  #fault(event: FaultEvent, fields: Readonly<Record<string, unknown>>): void {
    const { name: pool, generation, faults } = this.#options;
    faults.report(event, { pool, generation, ...fields });
  }
}

/** The queue of the host is before that of the process, and sends no more than may be open there. */
function processConfig(config: PoolConfig): PoolConfig {
  return { ...config, maxQueue: config.maxThreads * config.sessionsPerThread };
}

type OfRequest = Extract<FromPoolProcess, { readonly connId: number }>;

function faultOf({ killed, wasReady }: ChildExit): FaultEvent {
  if (killed === 'silent') return 'pool.silent';
  if (killed === 'memory') return 'proc.rss';
  return wasReady ? 'pool.exit' : 'pool.boot';
}

function unknownMessage(message: never): never {
  throw new RangeError(`a pool process said ${JSON.stringify(message).slice(0, 200)}`);
}
