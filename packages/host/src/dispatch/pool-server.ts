import { HSE_REQ_REPORT_UNHEALTHY } from '@isapi-host/sdk';
import {
  type FrameWriter,
  fromWireError,
  monotonicMs,
  type PackedPart,
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
  SubmitMessage,
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
  readonly #calls = new Map<number, Call>();
  #lastCallId = 0;
  readonly #reportTimer: NodeJS.Timeout;

  constructor(start: StartMessage, writer: FrameWriter, logger: Logger, faults: Faults) {
    const { name, generation, config, limits, settings } = start;
    this.#writer = writer;
    const onLoaded = (): void => this.#report();
    const options = { name, generation, config, limits, settings, logger, faults, onLoaded };
    this.#pool = new ApplicationPool(options);
    faults.listen((event, fields) => this.send({ op: 'fault', event, fields }));
    this.#report();
    this.#reportTimer = setInterval(() => this.#report(), REPORT_MS);
    this.send({ op: 'ready' });
  }

  receive(
    message: Exclude<ToPoolProcess, { readonly op: 'start' | 'close' }>,
    bytes: Buffer,
  ): void {
    if ('connId' in message) return this.#ofRequest(message, bytes);
    switch (message.op) {
      case 'submit':
        return this.#submit(message, bytes);
      case 'load':
        return void this.#load(message.loadId, message.modules);
      case 'reply':
        return this.#reply(message);
      case 'call-end':
        return this.#callEnded(message);
      default:
        return message satisfies never;
    }
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

  #submit(message: SubmitMessage, body: Buffer): void {
    const client = new RemoteClient(this, message);
    this.#clients.set(client.connId, client);
    const { request, script, connection, headerBlock } = message;
    const parts = { request, script: script as PackedPart, connection: connection as PackedPart };
    const submission = this.#pool.submit(client, parts, headerBlock, [body]);
    if (submission !== 'queued') client.lose(submission);
  }

  #ofRequest(message: OfRequest, bytes: Buffer): void {
    const client = this.#clients.get(message.connId);
    if (client === undefined) return;
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
        return this.forget(client.connId);
      default:
        return message satisfies never;
    }
  }

  async #load(loadId: number, modules: readonly string[]): Promise<void> {
    const problems = await this.#pool.load(modules);
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
    this.send({ op: 'report', report, running });
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
