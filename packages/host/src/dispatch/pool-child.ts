import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  bytesOf,
  FRAME_ANSWER,
  FRAME_MESSAGE,
  type Frame,
  FrameReader,
  FrameWriter,
  unpackMessage,
} from '@isapi-host/worker-runtime/protocol';
import { ClaimsRecord } from './claims-record.ts';
import type { FromPoolProcess, StartMessage, ToPoolProcess } from './process-messages.ts';

/** How often the memory of the process is looked at, ms. */
const LOOK_MS = 250;
/** Silent intervals that are one too many. */
const MISSES = 10;
/** Above its limit times this a process is not waited for. */
const FAR_OVER = 1.5;
const PAGE_BYTES = 4096;
const MEBIBYTE = 1024 * 1024;
/** Numbers of the stream between host and pool process, and of the record of claims, in the process. */
const HOST_STREAM = 3;
const CLAIMS_FILE = 4;

/** Why a process was killed. */
export type KillReason = 'silent' | 'memory' | 'protocol' | 'closing';

/** How a process ended. */
export interface ChildExit {
  readonly pid: number | undefined;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why the host killed it, if it did. */
  readonly killed: KillReason | undefined;
  readonly wasReady: boolean;
  /** How long it was ready, ms. */
  readonly livedMs: number;
  /** What it had begun; to be closed. */
  readonly claims: ClaimsRecord;
}

/** Who is told of a process. */
export interface PoolChildObserver {
  childReady(): void;
  childSaid(message: FromPoolProcess, bytes: Buffer): void;
  /** @param frame - a whole answer */
  childAnswered(frame: Frame): void;
  /** What it said is not what was agreed on; it is being killed. */
  childBroke(error: unknown): void;
  /** It is gone, and everything it said has been told. */
  childEnded(exit: ChildExit): void;
}

/** The process of a pool, from its start to its end, seen from the host. */
export class PoolChild {
  readonly claims: ClaimsRecord = new ClaimsRecord();
  readonly #observer: PoolChildObserver;
  readonly #process: ChildProcess;
  readonly #writer: FrameWriter;
  readonly #timers: NodeJS.Timeout[] = [];
  #readyAt = 0;
  #hasSpoken = false;
  #misses = 0;
  #killed: KillReason | undefined;
  /** Resident memory when it was last looked at, MiB. */
  rssMb = 0;

  constructor(start: Omit<StartMessage, 'claimsFile'>, observer: PoolChildObserver) {
    this.#observer = observer;
    const { env, rssMb, pingIntervalMs } = start.config;
    const { file } = this.claims;
    const entry = fileURLToPath(new URL('../pool-process.js', import.meta.url));
    this.#process = spawn(process.execPath, [entry], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe', file ?? 'ignore'],
      ...(env === undefined ? {} : { env: { ...env } }),
    });
    const stream = streamOf(this.#process);
    this.#writer = new FrameWriter(stream);
    const reader = new FrameReader(this.#take);
    stream.on('data', (data: Buffer) => this.#read(reader, data));
    stream.on('error', ignore);
    this.#process.on('error', ignore);
    this.#process.on('close', this.#ended);
    this.send({ ...start, claimsFile: file === undefined ? undefined : CLAIMS_FILE });
    if (pingIntervalMs > 0) this.#every(pingIntervalMs, this.#lookForSilence);
    if (rssMb > 0) this.#every(LOOK_MS, () => void this.#lookAtMemory(rssMb));
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** It takes requests. */
  get isReady(): boolean {
    return this.#readyAt > 0 && this.#killed === undefined;
  }

  send(message: ToPoolProcess, bytes?: Uint8Array): void {
    this.#writer.send(message, bytes);
  }

  /** Sends what `encodeFrame` gave. */
  sendFrame(frame: Uint8Array): void {
    this.#writer.sendFrame(frame);
  }

  /** Ends it at once. */
  kill(reason: KillReason): void {
    this.#killed ??= reason;
    this.#process.kill('SIGKILL');
  }

  readonly #take = (frame: Frame): void => {
    if (frame.kind === FRAME_ANSWER) return this.#observer.childAnswered(frame);
    if (frame.kind !== FRAME_MESSAGE) throw new RangeError(`a frame of kind ${frame.kind}`);
    const message = unpackMessage(frame) as FromPoolProcess;
    if (message.op === 'ready') {
      this.#readyAt = performance.now();
      this.#observer.childReady();
    } else {
      this.#observer.childSaid(message, bytesOf(frame));
    }
  };

  #read(reader: FrameReader, data: Buffer): void {
    if (this.#killed === 'protocol') return;
    this.#hasSpoken = true;
    try {
      reader.push(data);
    } catch (error) {
      this.kill('protocol');
      this.#observer.childBroke(error);
    }
  }

  readonly #ended = (exitCode: number | null, signal: string | null): void => {
    for (const timer of this.#timers) clearInterval(timer);
    this.#observer.childEnded({
      pid: this.pid,
      exitCode,
      signal,
      killed: this.#killed,
      wasReady: this.#readyAt > 0,
      livedMs: this.#readyAt > 0 ? performance.now() - this.#readyAt : 0,
      claims: this.claims,
    });
  };

  /** Intervals of the host are counted, not time: a host that was stopped itself blames nobody. */
  readonly #lookForSilence = (): void => {
    this.#misses = this.#hasSpoken || !this.isReady ? 0 : this.#misses + 1;
    this.#hasSpoken = false;
    if (this.#misses >= MISSES) this.kill('silent');
  };

  async #lookAtMemory(limitMb: number): Promise<void> {
    const measured = await readRssMb(this.pid);
    if (measured !== undefined) this.rssMb = measured;
    if (this.rssMb > limitMb * FAR_OVER) this.kill('memory');
  }

  #every(ms: number, look: () => void): void {
    this.#timers.push(setInterval(look, ms).unref());
  }
}

/** A process that could not be started, for want of file descriptors, has no streams; its end is told all the same. */
function streamOf({ stdio }: Partial<ChildProcess>): Duplex {
  const stream = stdio?.[HOST_STREAM] as Duplex | undefined;
  return stream ?? new Duplex({ read: ignore, write: (_data, _encoding, done) => done() });
}

/** What the system says; `undefined`: it does not say. */
async function readRssMb(pid: number | undefined): Promise<number | undefined> {
  try {
    const [, pages] = (await readFile(`/proc/${pid}/statm`, 'latin1')).split(' ');
    return Math.round((Number(pages) * PAGE_BYTES) / MEBIBYTE);
  } catch {
    return undefined;
  }
}

function ignore(): void {
  // The end of the process says it.
}
