import type { MessagePort } from 'node:worker_threads';
import { HSE_TERM_MUST_UNLOAD, type HseTerm } from '@isapi-host/sdk';
import { Blame } from './blame.ts';
import { ClaimNotes } from './claim-notes.ts';
import { ExtensionRegistry } from './extension-registry.ts';
import { FaultNotes } from './fault-notes.ts';
import { HostLink } from './host-link.ts';
import { Leftovers } from './leftovers.ts';
import type { LoadedExtension } from './load-extension.ts';
import {
  BufferPool,
  type LoadProblem,
  monotonicMs,
  SLOT_CLAIM_CELL,
  SLOT_CLAIMED_AT,
  SLOT_DONE_AT,
  type Slab,
  THREAD_ASLEEP,
  THREAD_AWAKE,
  THREAD_FULL,
  type ThreadSettings,
  type ToHost,
  type ToThread,
  toWireError,
} from './protocol/index.ts';
import { Session } from './session.ts';
import type { SessionThread } from './session-thread.ts';
import { UploadGarbage } from './upload-garbage.ts';

/** Output an extension has written is held back at most about this long when its session goes on, ms. */
const FLUSH_AFTER_MS = 10;

/** How often a thread tells how much memory it has outside its heap, ms. */
const MEMORY_MS = 250;

/** Requests that are begun before the event loop has its turn: messages and timers of open sessions wait for it. */
const CLAIMS_PER_TURN = 64;

/*
 * What a thread does with its time:
 *
 *   claim a slot -> run its session until it first waits -> ... -> no slot left -> say ASLEEP -> look again -> sleep
 *
 * (1) One slot is claimed at a time, right before its session runs: a thread that blocks holds nothing back.
 * (2) With `sessionsPerThread` sessions open it says FULL and claims nothing until one ends. A session that only waits
 *     for a URL run in its place does not count: that URL may need this very thread.
 * (3) After `retire` it claims nothing, and leaves once its last session has ended.
 */
export class Thread implements SessionThread {
  readonly slab: Slab;
  readonly settings: ThreadSettings;
  readonly buffers: BufferPool = new BufferPool();
  readonly #garbage = new UploadGarbage();
  readonly faults: FaultNotes;
  readonly blame: Blame = new Blame();
  readonly #leftovers: Leftovers;
  readonly #number: number;
  readonly #link: HostLink;
  readonly #registry: ExtensionRegistry;
  readonly #claims: ClaimNotes | undefined;
  readonly #sessions: (Session | undefined)[];
  /** Slot of the last request that asked for a module to be loaded. */
  #loadingSlot = -1;
  #open = 0;
  /** How many of those only wait for a child. */
  #waiting = 0;
  #isClaiming = false;
  /** Requests begun since the event loop had its turn. */
  #run = 0;
  #flushTimer: NodeJS.Timeout | undefined;
  #retire: { readonly flags: HseTerm } | undefined;
  readonly #left: Promise<void>;
  #leave: () => void = () => undefined;

  constructor(settings: ThreadSettings, slab: Slab, number: number, port: MessagePort) {
    this.settings = settings;
    this.slab = slab;
    this.#number = number;
    this.#sessions = Array.from({ length: slab.slots });
    this.#link = new HostLink(port, slab, this);
    // The thread listens to its port by now, and has loaded no extension.
    this.#leftovers = new Leftovers();
    this.faults = new FaultNotes((message) => this.#link.post(message));
    this.#registry = new ExtensionRegistry(this, settings.loadTimeoutMs);
    const { claimsFile } = settings;
    this.#claims = claimsFile === undefined ? undefined : new ClaimNotes(claimsFile);
    this.#left = new Promise((resolve) => {
      this.#leave = resolve;
    });
  }

  /** Serves until it is told to retire; settles when the extensions are terminated. */
  async serve(): Promise<void> {
    setInterval(() => this.#tellMemory(), MEMORY_MS).unref();
    for (const { name, module } of this.settings.preload) {
      this.blame.note(module, name);
      this.#registry.load(module).catch(ignore);
    }
    // The first wake-up comes when the host knows this thread: before, it could not send it anything.
    await this.#left;
  }

  // HostMessageReceiver

  wake(): void {
    if (!this.#isClaiming) this.#claimAll();
  }

  receive(message: ToThread): void {
    if (message.op === 'retire') {
      setImmediate(() => {
        this.#retire ??= { flags: message.flags };
        this.#leaveIfIdle();
      });
      return;
    }
    if (message.op === 'load') {
      void this.#load(message.modules);
      return;
    }
    if (message.op === 'credit') for (const buffer of message.buffers) this.buffers.give(buffer);
    const session = this.#sessions[message.slot];
    if (session?.connId !== message.connId) return;
    switch (message.op) {
      case 'chunk':
        this.#garbage.add(message.chunks);
        return session.pushBody(message.chunks, message.ended);
      case 'credit':
        return session.writer.credit(message.bytes);
      case 'reply':
        return session.reply(message);
      case 'completion':
        return session.completed(message);
      case 'cancel':
        return session.cancel(message.reason);
      default:
        return message satisfies never;
    }
  }

  // SessionThread

  post(message: ToHost, transfer?: readonly ArrayBuffer[]): void {
    this.#link.post(message, transfer);
  }

  waitForChildren(sessions: number): void {
    this.#waiting += sessions;
    if (sessions > 0) setImmediate(() => this.wake());
  }

  blockUntil(slot: number, isDone: () => boolean, timeoutMs?: number): boolean {
    return this.#link.blockUntil(slot, isDone, timeoutMs);
  }

  ended(session: Session, by: 'slot' | 'port'): void {
    const { slot } = session;
    this.#sessions[slot] = undefined;
    this.#open -= 1;
    this.slab.countSession(this.#number, -1);
    this.slab.floats[(this.slab.slotAt(slot) + SLOT_DONE_AT) / 2] = monotonicMs();
    // Before the answer is out: the client's next request then finds the extensions unloaded.
    if (this.#open === 0 && !this.settings.cacheExtensions) this.#unloadUnlessWaiting();
    if (by === 'slot') {
      this.slab.complete(this.#number, slot);
      this.#link.wakeHost();
    }
    // Room for the next one, but not inside a call of this one; within the claiming loop, the loop itself goes on.
    if (this.#isClaiming) return;
    this.#isClaiming = true;
    void settled.then(this.#claimAll);
  }

  // RegistryObserver

  loaded(module: string, extension: LoadedExtension, ms: number): void {
    const { version, description, stamp } = extension;
    const loadMs = Math.round(ms);
    this.#link.post({ op: 'loaded', module, version, description, stamp, loadMs });
  }

  loading(count: number): void {
    this.slab.setLoading(this.#number, count === 0 ? 0 : monotonicMs(), this.#loadingSlot);
  }

  terminateFailed(module: string, error: unknown): void {
    const { code, message, stack } = toWireError(error);
    const fields = { module, errorCode: code, errorMessage: message, stack };
    this.faults.tell('ext.terminate', this.blame.of(module), fields);
  }

  async #load(modules: readonly string[]): Promise<void> {
    const problems: LoadProblem[] = [];
    const loads = modules.map(async (module) => {
      try {
        await this.#registry.load(module);
      } catch (error) {
        const { code = 'ISAPI_ERR_EXTENSION_LOAD' } = error as { readonly code?: string };
        problems.push({ module, error: toWireError(error, code) });
      }
    });
    await Promise.all(loads);
    this.#link.post({ op: 'loads-done', problems });
  }

  /** Runs what waits, then says what this thread is: asleep or full. */
  readonly #claimAll = (): void => {
    this.#isClaiming = true;
    this.slab.setThreadState(this.#number, THREAD_AWAKE);
    for (;;) {
      while (this.#hasRoom) {
        if (this.#run >= CLAIMS_PER_TURN) return this.#claimNextTurn();
        const slot = this.slab.claim(this.#number);
        if (slot === -1) break;
        this.#run += 1;
        this.#start(slot);
        // Its next step is a microtask: this comes behind it, so that its answer need not wait for all that is queued.
        if (this.#sessions[slot] !== undefined) return void settled.then(this.#claimAll);
      }
      const isFull = !this.#hasRoom;
      this.slab.setThreadState(this.#number, isFull ? THREAD_FULL : THREAD_ASLEEP);
      // A request that came in between saw an awake thread and woke nobody.
      if (isFull || this.slab.waiting === 0) break;
      this.slab.setThreadState(this.#number, THREAD_AWAKE);
    }
    this.#isClaiming = false;
    this.#run = 0;
    if (this.#open > 0) this.#flushSoon();
    else this.#leaveIfIdle();
  };

  #start(slot: number): void {
    const { floats, words } = this.slab;
    const at = this.slab.slotAt(slot);
    floats[(at + SLOT_CLAIMED_AT) / 2] = monotonicMs();
    this.slab.countSession(this.#number, 1);
    this.#open += 1;
    const session = new Session(this, slot);
    // From here on it is begun: its module may run, and could take the process along.
    this.#claims?.note(words[at + SLOT_CLAIM_CELL] ?? 0, session.connId);
    this.#sessions[slot] = session;
    const { module } = session.request.init;
    const loaded = this.#registry.get(module);
    if (loaded !== undefined) session.run(loaded.extension);
    else this.#loadThenRun(session, module);
  }

  #loadThenRun(session: Session, module: string): void {
    this.blame.note(module, session.request.init.extension);
    this.#loadingSlot = session.slot;
    this.#registry.load(module).then(
      ({ extension }) => {
        session.run(extension);
      },
      (error: unknown) => {
        session.refuse(error, (error as { code?: string }).code ?? 'ISAPI_ERR_EXTENSION_LOAD');
      },
    );
  }

  #tellMemory(): void {
    try {
      const { external, arrayBuffers } = process.memoryUsage();
      // Shared memory counts as array buffers only, that of WebAssembly as external only.
      this.slab.setMemory(this.#number, Math.max(external, arrayBuffers));
    } catch {
      // Node opens a file to find out. Without a free descriptor the host keeps what it was told last.
    }
  }

  get #hasRoom(): boolean {
    const counted = this.#open - this.#waiting;
    return counted < this.settings.sessionsPerThread && this.#retire === undefined;
  }

  #claimNextTurn(): void {
    this.#run = 0;
    if (this.#open > 0) this.#flushSoon();
    setImmediate(this.#claimAll);
  }

  /** One timer for all sessions, and only while some are open. */
  #flushSoon(): void {
    if (this.#flushTimer !== undefined) return;
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = undefined;
      for (const session of this.#sessions) {
        if (session?.writer.isHoldingBack === true) session.writer.flush();
      }
      if (this.#open > 0) this.#flushSoon();
    }, FLUSH_AFTER_MS);
  }

  /** ISAPI: CacheISAPI off. A module cannot leave a thread, so the thread leaves with it. */
  #unloadUnlessWaiting(): void {
    if (this.#registry.hasLoaded && this.slab.waiting === 0) {
      this.#retire ??= { flags: HSE_TERM_MUST_UNLOAD };
    }
  }

  #leaveIfIdle(): void {
    if (this.#open > 0 || this.#retire === undefined) return;
    this.slab.setThreadState(this.#number, THREAD_FULL);
    void this.#terminate(this.#retire.flags);
  }

  #isLeaving = false;

  async #terminate(flags: HseTerm): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    await this.#registry.terminate(flags);
    clearTimeout(this.#flushTimer);
    const left = this.#leftovers.describe();
    if (left !== '') this.faults.tell('ext.leftover', this.blame.all, { left });
    this.#link.post({ op: 'retired' });
    this.#leave();
  }
}

/** A microtask by way of a promise; `queueMicrotask` also makes an AsyncResource. */
const settled: Promise<void> = Promise.resolve();

function ignore(): void {
  // The first request reports it.
}
