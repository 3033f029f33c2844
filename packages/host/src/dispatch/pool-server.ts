import { fstatSync } from 'node:fs';
import { HSE_REQ_REPORT_UNHEALTHY } from '@isapi-host/sdk';
import {
  type AnswerOrigin,
  type Frame,
  type FrameWriter,
  fromWireError,
  monotonicMs,
  sendAnswerFrame,
  type SlotAnswer,
} from '@isapi-host/worker-runtime/protocol';
import { type OperationEnd, StartedOperation } from '../callbacks/operation.ts';
import type { Faults } from '../observe/faults.ts';
import type { Logger } from '../observe/logger.ts';
import { ApplicationPool } from './application-pool.ts';
import type {
  CallEnd,
  CallReply,
  FromPoolProcess,
  StartMessage,
  ToPoolProcess,
} from './process-messages.ts';
import { type HostLine, RemoteClient } from './remote-client.ts';

/** How often the host is told how the pool is, ms. */
const REPORT_MS = 250;
const MEBIBYTE = 1024 * 1024;

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  end: { resolve: (end: OperationEnd) => void; reject: (error: Error) => void } | undefined;
}

/** In a pool process: the pool, and the requests the host has sent it. */
export class PoolServer implements HostLine {
  readonly #writer: FrameWriter;
  readonly #pool: ApplicationPool;
  readonly #clients = new Map<number, RemoteClient>();
  /** Requests that are over for the host, while a thread may still begin or run them. */
  readonly #leaving = new Map<number, RemoteClient>();
  /** Those that no thread will begin any more, not told yet. */
  #released: number[] = [];
  readonly #calls = new Map<number, Call>();
  #lastCallId = 0;
  readonly #reportTimer: NodeJS.Timeout;
  readonly #logger: Logger;
  readonly #claimsFile: number | undefined;
  readonly #claimsInode: number | undefined;

  constructor(start: StartMessage, writer: FrameWriter, logger: Logger, faults: Faults) {
    const { name, generation, config, limits, settings, claimsFile } = start;
    this.#writer = writer;
    this.#logger = logger;
    this.#claimsFile = claimsFile;
    this.#claimsInode = inodeOf(claimsFile);
    const onLoaded = (): void => this.#report();
    const own = { logger, faults, onLoaded, claimsFile };
    this.#pool = new ApplicationPool({ name, generation, config, limits, settings, ...own });
    faults.listen((event, fields) => this.send({ op: 'fault', event, fields }));
    this.#report();
    this.#reportTimer = setInterval(() => {
      this.#checkClaims();
      this.#report();
    }, REPORT_MS);
    this.send({ op: 'ready' });
  }

  receive(
    message: Exclude<ToPoolProcess, { readonly op: 'start' | 'close' }>,
    bytes: Buffer,
  ): void {
    if ('connId' in message) return this.#ofRequest(message, bytes);
    switch (message.op) {
      case 'load':
        return void this.#load(message.loadId, message.modules, message.threads);
      case 'reply':
        return this.#reply(message);
      case 'call-end':
        return this.#callEnded(message);
      default:
        return message satisfies never;
    }
  }

  submit(frame: Frame): void {
    const client = new RemoteClient(this, frame);
    this.#clients.set(client.connId, client);
    const submission = this.#pool.submitFrame(client, frame);
    if (submission !== 'queued') client.lose(submission);
  }

  /** Nobody takes an answer any more. */
  cancelAll(): void {
    for (const client of this.#clients.values()) this.#pool.cancel(client, 'client-gone');
    this.#clients.clear();
  }

  /** Lets the requests under way end, then the threads. */
  async close(ms: number): Promise<void> {
    await this.#pool.close(monotonicMs() + ms);
    clearInterval(this.#reportTimer);
    this.#report();
    this.#writer.flush();
  }

  // HostLine

  send(message: FromPoolProcess, bytes?: Uint8Array): void {
    this.#writer.send(message, bytes);
  }

  sendAnswer(origin: AnswerOrigin, answer: SlotAnswer, bytes: Buffer): void {
    sendAnswerFrame(this.#writer, origin, answer, bytes);
  }

  call(connId: number, code: number, input: unknown): Promise<unknown> {
    const client = this.#clients.get(connId);
    if (code === HSE_REQ_REPORT_UNHEALTHY && client !== undefined) {
      // The session does not wait for it: asked back by the host, it could be over.
      return Promise.resolve(this.#pool.replaceThread(client, String(input)));
    }
    this.#lastCallId += 1;
    const callId = this.#lastCallId;
    this.send({ op: 'call', connId, callId, code, input });
    return new Promise((resolve, reject) => {
      this.#calls.set(callId, { resolve, reject, end: undefined });
    });
  }

  forget(connId: number): void {
    this.#clients.delete(connId);
  }

  lost(connId: number): void {
    const client = this.#clients.get(connId);
    if (client === undefined) return;
    this.#clients.delete(connId);
    this.#leaving.set(connId, client);
  }

  #ofRequest(message: OfRequest, bytes: Buffer): void {
    const client = this.#clients.get(message.connId);
    if (client === undefined) return this.#late(message);
    switch (message.op) {
      case 'chunk': {
        const { connId, slot } = client;
        // The thread is given memory, so it is memory of its own.
        const chunks = bytes.length === 0 ? [] : [new Uint8Array(bytes)];
        const { ended } = message;
        const transfer = chunks.map(({ buffer }) => buffer);
        return this.#pool.post(client, { op: 'chunk', slot, connId, chunks, ended }, transfer);
      }
      case 'credit': {
        const credit = client.credit(message.bytes);
        return this.#pool.post(client, credit, credit.buffers);
      }
      case 'cancel':
        this.#pool.cancel(client, message.reason);
        return this.lost(client.connId);
      default:
        return message satisfies never;
    }
  }

  /** The request was over when this was sent. */
  #late({ op, connId }: OfRequest): void {
    if (op === 'cancel' && !this.#leaving.has(connId)) this.#released.push(connId);
  }

  async #load(loadId: number, modules: readonly string[], threads: number): Promise<void> {
    const problems = await this.#pool.load(modules, threads);
    // Whoever waits for it may look at the threads next.
    this.#report();
    this.send({ op: 'loads-done', loadId, problems });
  }

  #reply({ callId, error, isStarted, value }: CallReply): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    if (!isStarted) this.#calls.delete(callId);
    if (error !== undefined) return call.reject(fromWireError(error));
    if (!isStarted) return call.resolve(value);
    const finished = new Promise<OperationEnd>((resolve, reject) => {
      call.end = { resolve, reject };
    });
    call.resolve(new StartedOperation(finished));
  }

  #callEnded({ callId, error, bytes, value }: CallEnd): void {
    const end = this.#calls.get(callId)?.end;
    this.#calls.delete(callId);
    if (error === undefined) end?.resolve({ bytes, value });
    else end?.reject(fromWireError(error));
  }

  #report(): void {
    const report = { ...this.#pool.report(), rssMb: readRssMb(), pid: process.pid };
    const running = this.#pool
      .requests()
      .flatMap(({ connId, threadId }) =>
        threadId === undefined ? [] : [[connId, threadId] as const],
      );
    this.send({ op: 'report', report, running, released: this.#takeReleased() });
  }

  /** An extension that closes files which are not its own leaves a process that cannot say what it has begun. */
  #checkClaims(): void {
    if (inodeOf(this.#claimsFile) === this.#claimsInode) return;
    this.#logger.fatal('the record of what is begun was closed: the process ends');
    this.#writer.flush();
    process.kill(process.pid, 'SIGKILL');
  }

  #takeReleased(): readonly number[] {
    for (const [connId, client] of this.#leaving) {
      if (this.#pool.holds(client)) continue;
      this.#leaving.delete(connId);
      this.#released.push(connId);
    }
    const released = this.#released;
    this.#released = [];
    return released;
  }
}

/** Tells a file apart from another that has taken its number. */
function inodeOf(file: number | undefined): number | undefined {
  try {
    return file === undefined ? undefined : fstatSync(file).ino;
  } catch {
    return -1;
  }
}

/** To tell it Node opens a file: without a free descriptor it is not known. */
function readRssMb(): number | undefined {
  try {
    return Math.round(process.memoryUsage.rss() / MEBIBYTE);
  } catch {
    return undefined;
  }
}

type OfRequest = Extract<ToPoolProcess, { readonly connId: number }>;
