import {
  type ControlBlockSource,
  decodeAnswer,
  encodeControlBlock,
  type Frame,
  type LoadProblem,
  monotonicMs,
  SLOT_CANCEL,
  type Slab,
  type ThreadSettings,
  type ToThread,
  WAKE,
  writeRequest,
} from '@isapi-host/worker-runtime/protocol';
import type { Client, Loss } from '../callbacks/client.ts';
import type { LimitsConfig, PoolConfig } from '../config/host-config.ts';
import type { FaultEvent, FaultFields, Faults } from '../observe/faults.ts';
import type { Logger } from '../observe/logger.ts';
import { Admission } from './admission.ts';
import { createSlab } from './create-slab.ts';
import { type DeadlineKeeper, Deadlines } from './deadlines.ts';
import { HeldRequests } from './held-requests.ts';
import { ModuleLoads } from './module-loads.ts';
import { type CancelReason, cancelCodes, type Pool, type Submission } from './pool.ts';
import { countServed, reportRequests, reportThreads } from './pool-report.ts';
import type { PoolReport, RequestStatus } from './pool-status.ts';
import { RequestTable } from './request-table.ts';
import { ThreadCrew, type ThreadLink } from './thread-crew.ts';
import { ThreadEnds } from './thread-ends.ts';
import { ThreadPorts } from './thread-ports.ts';
import { ThreadWatch } from './thread-watch.ts';
import { Turns, type TurnTaker } from './turns.ts';
import {
  type JoinedThread,
  type ThreadExit,
  ThreadPool,
  type ThreadPoolObserver,
} from './thread-pool.ts';

/*
 * One application pool: a slab, its threads, and the requests in it. All of this runs on the host's thread.
 *
 * A request is in one place; who moves it is in brackets.
 *
 *   submit -> QUEUED in the slab -> CLAIMED by a thread [thread] -> completed [completion ring, or a message `end`]
 *                |  ^                     |
 *                |  +- HELD by a thread that loads its module [thread; the host gives it back]
 *                |                        +-> ABANDONED: answered by the host, its slot kept until the thread ends
 *                |                            the session or dies [cancel]
 *                +-> withdrawn [cancel]
 *
 * (1) A slot is released once: on completion, on withdrawal, or when its thread has died.
 * (2) While requests come in, completions are collected at the end of the turn of the event loop, and threads are
 *     woken once a turn. Only a host about to sleep lets itself be woken.
 */

/** A cancelled session that has not ended after this long costs its thread, ms. */
const GRACE_MS = 1000;
/** A full queue is told of at most this often, ms. */
const FULL_REPORT_MS = 1000;

/** What threads are started with, less what their pool adds. */
export type PoolThreadSettings = Omit<
  ThreadSettings,
  'slab' | 'pool' | 'stamps' | 'sessionsPerThread' | 'loadTimeoutMs' | 'claimsFile'
>;

export interface ApplicationPoolOptions {
  readonly name: string;
  /** Which of the pools that had this name, for the log. */
  readonly generation: number;
  readonly config: PoolConfig;
  readonly limits: LimitsConfig;
  readonly settings: PoolThreadSettings;
  readonly logger: Logger;
  readonly faults: Faults;
  /** In a pool process: where its threads note what they begin. */
  readonly claimsFile?: number | undefined;
  /** Called when a thread has loaded an extension. */
  readonly onLoaded?: () => void;
}

export class ApplicationPool implements Pool, ThreadPoolObserver, TurnTaker, DeadlineKeeper {
  readonly name: string;
  readonly queueTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly #generation: number;
  readonly #config: PoolConfig;
  readonly #logger: Logger;
  readonly #faults: Faults;
  readonly #slab: Slab;
  readonly #threads: ThreadPool;
  readonly #crew: ThreadCrew;
  readonly #requests: RequestTable;
  readonly #held: HeldRequests;
  readonly #turns: Turns;
  readonly #ports: ThreadPorts;
  readonly #deadlines: Deadlines;
  readonly #admission: Admission;
  readonly #ends: ThreadEnds;
  readonly #watch: ThreadWatch;
  readonly #loads: ModuleLoads;
  #toldFullAt = 0;
  /** It takes no requests any more; those it has are still run. */
  #isClosing = false;
  /** Its threads go. */
  #isLeaving = false;

  constructor(options: ApplicationPoolOptions) {
    const { name, generation, config, limits, settings, logger, faults } = options;
    this.name = name;
    this.#generation = generation;
    this.queueTimeoutMs = config.queueTimeoutMs;
    this.requestTimeoutMs = config.requestTimeoutMs;
    this.#config = config;
    this.#logger = logger.child({ pool: name });
    this.#faults = faults;
    this.#slab = createSlab(name, config, limits);
    this.#requests = new RequestTable(this.#slab);
    this.#held = new HeldRequests(this.#slab, this.#requests);
    this.#deadlines = new Deadlines(this.#requests, this);
    this.#admission = new Admission(this.#slab, this.#requests, config.maxQueue);
    this.#loads = new ModuleLoads(options.onLoaded);
    const { memory } = this.#slab;
    const { sessionsPerThread, loadTimeoutMs } = config;
    const { stamps } = this.#loads;
    const limited = { sessionsPerThread, loadTimeoutMs, claimsFile: options.claimsFile };
    const own = { slab: memory, pool: name, stamps, ...limited };
    this.#threads = new ThreadPool({ ...config, settings: { ...settings, ...own } }, this);
    this.#crew = new ThreadCrew(this.#slab, this.#threads);
    this.#turns = new Turns(this.#slab, this.#crew, this);
    const parts = {
      slab: this.#slab,
      requests: this.#requests,
      held: this.#held,
      crew: this.#crew,
      turns: this.#turns,
      loads: this.#loads,
      threads: this.#threads,
      logger: this.#logger,
      report: (event: FaultEvent, fields: FaultFields) => this.#report(event, fields),
    };
    this.#ports = new ThreadPorts({ ...parts, kill: (link) => this.#ends.kill(link) });
    this.#ends = new ThreadEnds({ ...parts, ports: this.#ports });
    this.#watch = new ThreadWatch(this.#slab, this.#crew, config, this.#ends);
  }

  submit(
    client: Client,
    controlBlock: ControlBlockSource,
    headerBlock: string,
    body: readonly Uint8Array[],
  ): Submission {
    const slot = this.#takeSlot(client);
    if (typeof slot !== 'number') return slot;
    const fits = encodeControlBlock(this.#slab, slot, controlBlock, headerBlock, body);
    return this.#queue(client, slot, fits);
  }

  /** The same with a request that a host has sent to this pool process. */
  submitFrame(client: Client, frame: Frame): Submission {
    const slot = this.#takeSlot(client);
    if (typeof slot !== 'number') return slot;
    return this.#queue(client, slot, writeRequest(this.#slab, slot, frame));
  }

  /** Whether a thread runs the client's request, or may do so yet. */
  holds(client: Client): boolean {
    return this.#requests.has(client);
  }

  cancel(client: Client, reason: CancelReason): void {
    if (!this.#requests.has(client) || this.#requests.isAbandoned(client.slot)) return;
    if (this.#requests.withdraw(client.slot)) return;
    // A client that left is no reason to end a thread and the sessions of others: its own deadline still counts.
    const graceBegins = reason === 'client-gone' ? client.deadline : monotonicMs();
    this.#requests.abandon(client.slot, graceBegins + GRACE_MS);
    client.threadId = this.#linkOf(client.slot)?.threadId;
    this.#requests.noteTimes(client, monotonicMs());
    const { slot, connId } = client;
    Atomics.store(this.#slab.words, this.#slab.slotAt(slot) + SLOT_CANCEL, cancelCodes[reason]);
    this.post(client, { op: 'cancel', slot, connId, reason: cancelCodes[reason] });
  }

  replaceThread(client: Client, reason: string): void {
    const link = this.#requests.has(client) ? this.#linkOf(client.slot) : undefined;
    if (link === undefined || this.#isClosing || !this.#crew.replace(link)) return;
    this.#logger.warn({ threadId: link.threadId, reason }, 'thread reported unhealthy');
  }

  post(client: Client, message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    this.#ports.post(client, message, transfer);
  }

  load(modules: readonly string[], threads: number): Promise<readonly LoadProblem[]> {
    const wanted = Math.min(Math.max(1, threads), this.#config.maxThreads);
    const joined = this.#crew.links.filter((link) => !link.isRetiring);
    const loaded = this.#loads.ask(modules, joined, wanted);
    const size = joined.length + this.#threads.starting.length;
    for (let more = size; more < wanted; more += 1) this.#threads.grow();
    return loaded;
  }

  report(): PoolReport {
    return {
      threads: reportThreads(this.#slab, this.#crew.links, this.#threads.starting),
      waiting: this.#slab.waiting,
      inFlight: this.#requests.count,
      served: countServed(this.#slab),
      extensions: this.#loads.extensions,
      rssMb: undefined,
      pid: undefined,
    };
  }

  requests(): readonly RequestStatus[] {
    return reportRequests(this.#requests, (slot) => this.#linkOf(slot)?.threadId);
  }

  refuseWaiting(): void {
    for (const client of this.#requests.all()) {
      if (this.#requests.withdraw(client.slot)) client.lose('disabled');
    }
  }

  async close(deadline: number): Promise<void> {
    this.#isClosing = true;
    // Another pool has taken over, with the files that are there now.
    this.#loads.stamps.clear();
    await this.#requests.untilEmpty(Math.max(0, deadline - monotonicMs()));
    for (const client of this.#requests.all()) {
      if (this.#requests.isAbandoned(client.slot)) continue;
      client.lose('closing');
      this.cancel(client, 'shutdown');
    }
    this.#isLeaving = true;
    for (const link of this.#crew.links) this.#crew.retire(link);
    await this.#threads.close(deadline);
    this.#crew.close();
    this.#watch.close();
    this.#deadlines.close();
  }

  // ThreadPoolObserver

  threadJoined(thread: JoinedThread): void {
    const link = this.#crew.add(thread);
    this.#ports.serve(link);
    this.#logger.debug({ threadId: thread.threadId }, 'thread started');
    // It was on its way when the others were told. Ended while it loads, Node 20 aborts the process.
    if (this.#isLeaving) return this.#crew.retire(link);
    // From here on it may take requests, and be written to.
    thread.port.postMessage(WAKE);
    this.#loads.threadJoined(link);
    this.#crew.wake();
    // One that is more than the least goes, when nobody needs it.
    if (this.#crew.links.length > this.#config.minThreads) this.#deadlines.start();
  }

  modulesChanged(module: string): void {
    this.#loads.threadEnded(-1, `${module} has changed since another thread loaded it`);
    // With no thread left there is nothing to be unlike to.
    if (this.#threads.size === 0) this.#loads.stamps.clear();
    else this.#report('ext.changed', { module });
  }

  threadEnded(number: number, exit: ThreadExit): void {
    this.#loads.threadEnded(number, exit.message ?? `exit code ${exit.exitCode}`);
    const link = this.#ends.ended(number, exit);
    if (link?.isRetiring === true) {
      this.#logger.debug({ threadId: link.threadId }, 'thread retired');
    }
    if (link === undefined && !this.#isClosing) this.#report('pool.boot', { ...exit });
    this.#crew.wake();
  }

  // TurnTaker

  completed(link: ThreadLink, slot: number): void {
    const isOwn =
      this.#requests.at(slot) !== undefined && this.#slab.isClaimedBy(slot, link.number);
    const client = isOwn ? this.#requests.at(slot) : undefined;
    const answer = client === undefined ? undefined : decodeAnswer(this.#slab, slot);
    if (client === undefined || answer === undefined) {
      this.#ports.expelFor(link, `slot ${slot} is not its own, or holds no answer`);
      return;
    }
    this.#ports.noteEnd(client);
    if (!this.#requests.isAbandoned(slot)) client.answer(answer, this.#slab);
    this.#requests.release(slot);
  }

  turnEnded(): void {
    this.#admission.turnEnded();
  }

  // DeadlineKeeper

  expire(client: Client, loss: Loss): void {
    if (loss === 'deadline') this.#reportDeadline(client);
    client.lose(loss);
    this.cancel(client, 'deadline');
  }

  outlived(client: Client): void {
    this.#ends.outlived(client);
  }

  tick(): boolean {
    const { minThreads, idleTimeoutMs } = this.#config;
    this.#admission.lookAnew();
    if (this.#held.giveBack()) this.#crew.wake();
    this.#reportFull();
    const mayRetire = !this.#isClosing && !this.#loads.isPending;
    if (mayRetire) this.#crew.retireIdle(minThreads, idleTimeoutMs);
    return !this.#isClosing && this.#crew.links.length > minThreads;
  }

  /** Refused requests have their access lines; the operator is told once a second. */
  #reportFull(): void {
    const now = monotonicMs();
    if (now < this.#toldFullAt + FULL_REPORT_MS) return;
    const refused = this.#admission.takeRefused();
    if (refused === 0) return;
    this.#toldFullAt = now;
    this.#report('pool.full', { refused, maxQueue: this.#config.maxQueue });
  }

  #reportDeadline({ slot, connId, extension }: Client): void {
    const threadId = this.#linkOf(slot)?.threadId;
    const phase = threadId === undefined ? 'waiting' : 'running';
    this.#report('ext.deadline', { extension, connId, threadId, phase });
  }

  #report(event: FaultEvent, fields: FaultFields): void {
    this.#faults.report(event, { pool: this.name, generation: this.#generation, ...fields });
  }

  #takeSlot(client: Client): number | 'closing' | 'full' {
    if (this.#isClosing) return 'closing';
    if (this.#admission.isFull && !this.#makeRoom(client)) return 'full';
    return this.#requests.takeSlot() ?? 'full';
  }

  /** Queues a request whose control block lies in its slot, if it fitted. */
  #queue(client: Client, slot: number, fits: boolean): Submission {
    client.queuedAt = monotonicMs();
    client.slot = slot;
    if (!fits || !this.#requests.queue(slot, client)) {
      client.slot = -1;
      this.#requests.returnSlot(slot);
      return fits ? 'full' : 'too-large';
    }
    this.#turns.open();
    // Nobody else has come this turn: there is nothing to wait for.
    if (this.#requests.count === 1) this.#crew.wake();
    this.#deadlines.start();
    return 'queued';
  }

  #makeRoom(client: Client): boolean {
    const hasRoom = this.#admission.makeRoom(client, (other) => {
      if (this.#requests.withdraw(other.slot)) other.lose('displaced');
    });
    // A thread may have looked while the entries moved.
    this.#crew.wake();
    return hasRoom;
  }

  #linkOf(slot: number): ThreadLink | undefined {
    const thread = this.#slab.claimer(slot);
    return thread === -1 ? undefined : this.#crew.find(thread);
  }
}
