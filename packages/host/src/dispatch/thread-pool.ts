import { fileURLToPath } from 'node:url';
import type { MessagePort, Worker } from 'node:worker_threads';
import {
  type Changed,
  type Hello,
  monotonicMs,
  type ThreadSettings,
} from '@isapi-host/worker-runtime/protocol';
import { Piscina } from 'piscina';
import type { PermissionsConfig } from '../config/host-config.ts';
import { permissionFlags } from './permission-flags.ts';

/** How many threads, and what each may use. */
export interface ThreadPoolOptions {
  readonly minThreads: number;
  readonly maxThreads: number;
  /** V8 heap of a thread, MiB; 0: V8's default. */
  readonly heapMb: number;
  readonly permissions: PermissionsConfig | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
  readonly settings: ThreadSettings;
}

/** Who is told of the life of threads. */
export interface ThreadPoolObserver {
  /** A thread has joined and can serve. */
  threadJoined(thread: JoinedThread): void;
  /** A thread went before it joined: a module is no longer what the others run. */
  modulesChanged(module: string): void;
  /** A thread has ended. `thread` is its number in the slab, -1 when it never joined. */
  threadEnded(thread: number, exit: ThreadExit): void;
}

export interface JoinedThread {
  /** Its number in the slab. */
  readonly number: number;
  readonly threadId: number;
  readonly port: MessagePort;
  readonly worker: Worker;
}

/** How a thread ended. */
export interface ThreadExit {
  readonly threadId: number;
  readonly exitCode: number;
  /** `ERR_WORKER_OUT_OF_MEMORY` and the like. */
  readonly errorCode: string | undefined;
  readonly message: string | undefined;
  /** It has not ended, and never may: it is blocked in native code. It runs no JavaScript any more. */
  readonly isStuck: boolean;
}

/** Tenures of threads that failed to start stay in Piscina's queue; a bound for the worst case. */
const MAX_TENURES_WAITING = 1000;

/** A start that failed is tried again after this long, doubled each time, ms. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5000;
/** A thread that has not ended this long after it was told to is blocked in native code, ms. */
const STUCK_MS = 5000;
/** A thread that lived no longer than this counts as a start that failed, ms. */
const SHORT_LIFE_MS = 100;

interface Member {
  readonly worker: Worker;
  readonly threadId: number;
  number: number;
  joinedAt: number;
  /** It was told to end. */
  isKilled: boolean;
  error: (Error & { readonly code?: string }) | undefined;
  /** The module whose file is no longer what the other threads run; it goes without having joined. */
  changed: string | undefined;
}

/*
 * The only file that knows Piscina. Piscina starts threads, limits their heaps and takes
 * the dead away; a task is one tenure of a thread, from joining to leaving, so every `run` is one thread more.
 *
 * Settings that are not a matter of taste, with what happens without them (piscina 5.3.2):
 *   atomics 'disabled'       an idle thread's event loop stands still, and with it every pending session
 *   recordTiming false       a histogram entry per tenure that nobody reads
 *   idleTimeout Infinity     Piscina ends idle threads by terminate(), so TerminateExtension would not run;
 *                            idle threads are retired by the application pool instead
 *   minThreads 0             Piscina's own replacements would wait without a task; `#refill` keeps the minimum
 *   an error listener        a late throw in a thread ends the process
 *   never `signal`           an abortable task takes a thread alone
 * A thread that fails before it is ready makes Piscina stop replacing threads, for good: `#retryLater` begins
 * a new Piscina when that has left none.
 */
export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #observer: ThreadPoolObserver;
  readonly #members = new Map<Worker, Member>();
  readonly #stuck = new Set<Worker>();
  #piscina: Piscina;
  /** Those that were filled with threads that cannot be ended. */
  readonly #earlier: Piscina[] = [];
  #isClosing = false;
  /** No thread is started for a while: it would not run what the others do. */
  #isHeldBack = false;
  #retryMs = FIRST_RETRY_MS;
  #retryTimer: NodeJS.Timeout | undefined;
  #onGone: (() => void) | undefined;

  constructor(options: ThreadPoolOptions, observer: ThreadPoolObserver) {
    this.#options = options;
    this.#observer = observer;
    this.#piscina = this.#begin();
    this.#refill();
  }

  /** Threads that run or start, without those that are being ended. */
  get size(): number {
    let size = 0;
    for (const { isKilled } of this.#members.values()) if (!isKilled) size += 1;
    return size;
  }

  /** Threads that cannot be ended. */
  get stuck(): number {
    return this.#stuck.size;
  }

  /** `threadId`s of threads that were started and have not joined yet. */
  get starting(): readonly number[] {
    const joining = [...this.#members.values()].filter(({ number }) => number === -1);
    return joining.map(({ threadId }) => threadId);
  }

  /** Starts one thread more, if there may be one more; a replacement may overlap with the thread that goes. */
  grow(why: 'load' | 'replacement' = 'load'): boolean {
    const { maxThreads } = this.#options;
    const most = why === 'replacement' ? maxThreads * 2 : maxThreads;
    if (this.#isClosing || this.#isHeldBack || this.size >= most) return false;
    const before = this.size;
    this.#piscina.run(undefined).catch(ignore);
    this.#adopt();
    return this.size > before;
  }

  /** Ends a thread at once, whatever it does, and starts another if there are too few. Its sessions are lost. */
  kill(thread: number): void {
    for (const member of this.#members.values()) {
      if (member.number !== thread || member.isKilled) continue;
      member.isKilled = true;
      void member.worker.terminate();
      setTimeout(() => this.#giveUp(member), STUCK_MS).unref();
      this.#refill();
      return;
    }
  }

  /** A thread in native code cannot be ended. It keeps its memory until that returns; nobody waits for it. */
  #giveUp(member: Member): void {
    if (!this.#members.has(member.worker)) return;
    this.#stuck.add(member.worker);
    member.worker.once('exit', () => this.#stuck.delete(member.worker));
    member.worker.unref();
    this.#ended(member, -1, true);
    // Piscina counts it: before it has no room for others, another takes over.
    if (this.#stuck.size % this.#options.maxThreads === 0) this.#beginAnew();
  }

  /**
   * Waits for the threads to go, once they were told to retire, and ends those that have not.
   *
   * @param deadline - on the monotonic clock, ms
   */
  async close(deadline: number): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#retryTimer);
    if (this.#members.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.max(0, deadline - monotonicMs()));
        this.#onGone = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await this.#destroyAll();
  }

  /** A thread that cannot be ended holds nobody up. */
  async #destroyAll(): Promise<void> {
    const destroyed = [this.#piscina, ...this.#earlier].map((piscina) => piscina.destroy());
    if (this.#stuck.size === 0) await Promise.all(destroyed);
    else Promise.all(destroyed).catch(ignore);
  }

  #beginAnew(): void {
    if (this.#isClosing) return;
    this.#earlier.push(this.#piscina);
    this.#piscina = this.#begin();
    this.#refill();
  }

  #begin(): Piscina {
    const { maxThreads, heapMb, permissions, env, settings } = this.#options;
    const piscina = new Piscina({
      filename: fileURLToPath(import.meta.resolve('@isapi-host/worker-runtime/worker')),
      minThreads: 0,
      // Room for replacements; `grow` keeps to what is configured.
      maxThreads: maxThreads * 2,
      idleTimeout: Infinity,
      maxQueue: MAX_TENURES_WAITING,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      recordTiming: false,
      workerData: settings,
      ...(env === undefined ? {} : { env: { ...env } }),
      ...(permissions === undefined ? {} : { execArgv: permissionFlags(permissions) }),
      ...(heapMb === 0 ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMb } }),
    });
    piscina.on('message', (message: Hello | Changed) => {
      if ('changed' in message) this.#refuse(message);
      else this.#join(message);
    });
    // A late throw of an extension; the thread's exit follows and is handled there.
    piscina.on('error', ignore);
    return piscina;
  }

  /** Takes note of threads that Piscina has started. */
  #adopt(): void {
    for (const worker of this.#piscina.threads) {
      if (this.#members.has(worker)) continue;
      const member: Member = {
        worker,
        threadId: worker.threadId,
        number: -1,
        joinedAt: 0,
        isKilled: false,
        error: undefined,
        changed: undefined,
      };
      this.#members.set(worker, member);
      worker.on('error', (error: Error) => {
        member.error = error;
      });
      worker.once('exit', (exitCode) => {
        if (this.#members.has(worker)) this.#ended(member, exitCode, false);
      });
    }
  }

  #join({ thread, threadId, port }: Hello): void {
    for (const member of this.#members.values()) {
      if (member.threadId !== threadId || member.number !== -1) continue;
      member.number = thread;
      member.joinedAt = monotonicMs();
      this.#observer.threadJoined({ number: thread, threadId, port, worker: member.worker });
      return;
    }
  }

  #refuse({ changed, threadId }: Changed): void {
    for (const member of this.#members.values()) {
      if (member.threadId === threadId && member.number === -1) member.changed = changed;
    }
  }

  #ended(member: Member, exitCode: number, isStuck: boolean): void {
    this.#members.delete(member.worker);
    const { error, changed } = member;
    if (changed !== undefined) return this.#unlike(changed);
    this.#observer.threadEnded(member.number, {
      threadId: member.threadId,
      exitCode,
      errorCode: error?.code,
      message: error?.message,
      isStuck,
    });
    if (this.#members.size === 0) this.#onGone?.();
    if (this.#isClosing) return;
    const livedMs = member.number === -1 ? 0 : monotonicMs() - member.joinedAt;
    if (livedMs > SHORT_LIFE_MS) {
      this.#retryMs = FIRST_RETRY_MS;
      this.#refill();
    } else {
      this.#retryLater();
    }
  }

  /** A thread that would not run what the others do has gone. Those that are there serve on. */
  #unlike(module: string): void {
    this.#observer.modulesChanged(module);
    if (this.#members.size === 0) this.#onGone?.();
    if (this.#isClosing) return;
    this.#isHeldBack = this.size > 0;
    this.#retryLater();
  }

  #refill(): void {
    while (this.size < this.#options.minThreads) if (!this.grow()) return;
  }

  #retryLater(): void {
    if (this.#retryTimer !== undefined) return;
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      this.#isHeldBack = false;
      if (this.#isClosing) return;
      if (this.#members.size === 0) {
        void this.#piscina.destroy();
        this.#piscina = this.#begin();
      }
      this.#refill();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }
}

function ignore(): void {
  // The thread's exit says it.
}
