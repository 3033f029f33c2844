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
 * (1) One slot is claimed at a time, right before its session runs: a thread that blocks holds nothing back. The first
 *     request of a module begins with loading it. Others that need that module are held until it is there; so is one
 *     that needs a second module, and then nothing more is claimed. The host gives what is held to other threads.
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
  /** Loads under way. */
  #loads = 0;
  /** The slot whose request began one of them, -1 when none did. */
  #loadingSlot = -1;
  #open = 0;
  /** Slots that are held until a load is over; the host may have given them to others. */
  readonly #held: number[] = [];
  /** Those of which one was over. */
  readonly #resumable: number[] = [];
  /** One is held that needs another module than those that are being loaded. */
  #mustLoadAnother = false;
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
      this.#load(module, -1).catch(ignore);
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
      void this.#loadAll(message.modules);
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
    if (this.#isIdle && !this.settings.cacheExtensions) this.#unloadUnlessWaiting();
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

  terminateFailed(module: string, error: unknown): void {
    const { code, message, stack } = toWireError(error);
    const fields = { module, errorCode: code, errorMessage: message, stack };
    this.faults.tell('ext.terminate', this.blame.of(module), fields);
  }

  async #loadAll(modules: readonly string[]): Promise<void> {
    const problems: LoadProblem[] = [];
    const loads = modules.map(async (module) => {
      try {
        await this.#load(module, -1);
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
      while (this.#hasRoom || this.#resumable.length > 0) {
        if (this.#run >= CLAIMS_PER_TURN) return this.#claimNextTurn();
        const slot = this.#nextSlot();
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

  /** Those that came first go first, and have their room already. */
  #nextSlot(): number {
    for (let slot = this.#resumable.shift(); slot !== undefined; slot = this.#resumable.shift()) {
      if (this.slab.take(this.#number, slot)) return slot;
    }
    return this.#hasRoom ? this.slab.claim(this.#number) : -1;
  }

  #start(slot: number): void {
    const session = new Session(this, slot);
    const { module, extension } = session.request.init;
    const loaded = this.#registry.get(module);
    if (loaded === undefined && this.#loads > 0) return this.#hold(slot, module);
    const { floats, words } = this.slab;
    const at = this.slab.slotAt(slot);
    floats[(at + SLOT_CLAIMED_AT) / 2] = monotonicMs();
    this.slab.countSession(this.#number, 1);
    this.#open += 1;
    // From here on it is begun: its module may run, and could take the process along.
    this.#claims?.note(words[at + SLOT_CLAIM_CELL] ?? 0, session.connId);
    this.#sessions[slot] = session;
    // However its module came to be loaded.
    this.blame.note(module, extension);
    if (loaded !== undefined) session.run(loaded.extension);
    else this.#loadThenRun(session, module);
  }

  /** The slot may come back for another request before the load is over, so nothing but its number is kept. */
  #hold(slot: number, module: string): void {
    this.slab.hold(this.#number, slot);
    this.#held.push(slot);
    if (!this.#registry.isLoading(module)) this.#mustLoadAnother = true;
  }

  #loadThenRun(session: Session, module: string): void {
    this.#loadingSlot = session.slot;
    this.#load(module, session.slot).then(
      ({ extension }) => {
        session.run(extension);
      },
      (error: unknown) => {
        session.refuse(error, (error as { code?: string }).code ?? 'ISAPI_ERR_EXTENSION_LOAD');
      },
    );
  }

  /** @param slot - whose request begins it; -1: none does */
  #load(module: string, slot: number): Promise<LoadedExtension> {
    this.#loads += 1;
    this.#tellLoads();
    const loading = this.#registry.load(module);
    // Before the request that began it goes on, which may block the thread as well, but not by loading.
    const settle = (): void => {
      this.#loads -= 1;
      if (slot !== -1) this.#loadingSlot = -1;
      this.#tellLoads();
      this.#resumable.push(...this.#held.splice(0));
      this.#mustLoadAnother = false;
      // Behind that request.
      void settled.then(() => this.wake());
    };
    loading.then(settle, settle);
    return loading;
  }

  /** Should the thread be blocked by a load, the host knows by which. */
  #tellLoads(): void {
    this.slab.setLoading(this.#number, this.#loads === 0 ? 0 : monotonicMs(), this.#loadingSlot);
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

  get #isIdle(): boolean {
    return this.#open + this.#held.length + this.#resumable.length === 0;
  }

  get #hasRoom(): boolean {
    if (this.#retire !== undefined || this.#mustLoadAnother) return false;
    const held = this.#held.length + this.#resumable.length;
    return this.#open + held - this.#waiting < this.settings.sessionsPerThread;
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
    if (!this.#isIdle || this.#retire === undefined) return;
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
