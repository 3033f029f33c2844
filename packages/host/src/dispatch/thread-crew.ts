import type { MessagePort } from 'node:worker_threads';
import { HSE_TERM_MUST_UNLOAD } from '@isapi-host/sdk';
import {
  monotonicMs,
  type Slab,
  THREAD_FULL,
  type ToThread,
  WAKE,
} from '@isapi-host/worker-runtime/protocol';
import type { JoinedThread, ThreadPool } from './thread-pool.ts';

/** Requests that wait this long make the crew wake or start one thread more, ms. */
const STALL_MS = 2;
/** Waking one thread more is worth it for this many requests. */
const REQUESTS_PER_WAKE = 16;

/** The host's end of one thread. */
export interface ThreadLink {
  readonly number: number;
  readonly threadId: number;
  readonly port: MessagePort;
  /** Position behind the last completion that was collected. */
  doneHead: number;
  /** Claims at the last look for stalled threads. */
  claims: number;
  /** It was awake and took nothing between two looks while requests waited. */
  isStalled: boolean;
  /** Claims at the last look for idle threads, and since when they stand still. */
  idleClaims: number;
  idleSince: number;
  isRetiring: boolean;
  /** It goes when another thread has come for it. */
  isToBeReplaced: boolean;
}

/*
 * The threads that have joined a pool, and who of them is woken when.
 *
 * (1) Threads pull; the crew only wakes. It wakes as few as the waiting requests are worth, the longest-serving first,
 *     so that under light load one thread stays warm and the others may go.
 * (2) A thread that is awake counts as serving while it takes requests. One that takes none is stalled, blocked in its
 *     extension: it is not counted, so no request waits for it.
 * (3) When a request has waited STALL_MS, one thread more is woken, or started.
 */
export class ThreadCrew {
  readonly #slab: Slab;
  readonly #threads: ThreadPool;
  readonly #links: ThreadLink[] = [];
  #stallTimer: NodeJS.Timeout | undefined;
  #stallTail = 0;

  constructor(slab: Slab, threads: ThreadPool) {
    this.#slab = slab;
    this.#threads = threads;
  }

  get links(): readonly ThreadLink[] {
    return this.#links;
  }

  add({ number, threadId, port }: JoinedThread): ThreadLink {
    const link: ThreadLink = {
      number,
      threadId,
      port,
      doneHead: this.#slab.doneTail(number),
      claims: 0,
      isStalled: false,
      idleClaims: 0,
      idleSince: monotonicMs(),
      isRetiring: false,
      isToBeReplaced: false,
    };
    const replaced = this.#links.find((other) => other.isToBeReplaced && !other.isRetiring);
    this.#links.push(link);
    if (replaced !== undefined) this.retire(replaced);
    return link;
  }

  /** Takes a dead thread out. */
  remove(number: number): ThreadLink | undefined {
    const index = this.#links.findIndex((link) => link.number === number);
    const link = this.#links[index];
    if (link !== undefined) this.#links.splice(index, 1);
    return link;
  }

  find(number: number): ThreadLink | undefined {
    return this.#links.find((link) => link.number === number);
  }

  /** Wakes sleeping threads for what waits, no more than that is worth. */
  wake(): void {
    const { waiting } = this.#slab;
    if (waiting === 0) return;
    const wanted = Math.ceil(waiting / REQUESTS_PER_WAKE);
    let serving = 0;
    for (const link of this.#links) {
      if (serving >= wanted) break;
      if (this.#wakeOne(link) || this.#isServing(link)) serving += 1;
    }
    if (this.#links.length === 0) this.#start();
    this.#watchStall();
  }

  /** One thread more: wakes one that sleeps, else starts one. */
  grow(): void {
    for (const link of this.#links) if (this.#wakeOne(link)) return;
    this.#start();
  }

  /** Lets threads go that had nothing to do for `idleMs`, down to `minThreads`. */
  retireIdle(minThreads: number, idleMs: number): void {
    const now = monotonicMs();
    let spare = this.#links.length - minThreads;
    for (const link of this.#links.toReversed()) {
      const claims = this.#slab.claims(link.number);
      if (this.#slab.openSessions(link.number) > 0 || claims !== link.idleClaims) {
        link.idleClaims = claims;
        link.idleSince = now;
      }
      if (spare <= 0 || now - link.idleSince <= idleMs) continue;
      this.retire(link);
      spare -= 1;
    }
  }

  /** Lets a thread end its sessions, terminate its extensions and go. */
  retire(link: ThreadLink): void {
    if (link.isRetiring) return;
    link.isRetiring = true;
    link.port.postMessage({ op: 'retire', flags: HSE_TERM_MUST_UNLOAD } satisfies ToThread);
  }

  /**
   * Lets a new thread take the place of one. The old one goes on until the new one is there.
   *
   * @returns whether it was not under way already
   */
  replace(link: ThreadLink): boolean {
    if (link.isRetiring || link.isToBeReplaced) return false;
    link.isToBeReplaced = true;
    this.#threads.grow('replacement');
    return true;
  }

  close(): void {
    clearTimeout(this.#stallTimer);
  }

  #start(): void {
    if (this.#threads.starting.length === 0) this.#threads.grow();
  }

  #wakeOne(link: ThreadLink): boolean {
    if (!this.#slab.claimThreadWake(link.number)) return false;
    link.isStalled = false;
    link.port.postMessage(WAKE);
    return true;
  }

  #isServing(link: ThreadLink): boolean {
    return !link.isStalled && this.#slab.threadState(link.number) !== THREAD_FULL;
  }

  #watchStall(): void {
    if (this.#stallTimer !== undefined) return;
    this.#stallTail = (this.#slab.submitHead + this.#slab.waiting) | 0;
    for (const link of this.#links) link.claims = this.#slab.claims(link.number);
    this.#stallTimer = setTimeout(this.#lookForStall, STALL_MS);
  }

  readonly #lookForStall = (): void => {
    this.#stallTimer = undefined;
    if (this.#slab.waiting === 0) return;
    for (const link of this.#links) {
      link.isStalled = this.#slab.claims(link.number) === link.claims;
    }
    const someStillWait = ((this.#stallTail - this.#slab.submitHead) | 0) > 0;
    // Entries also leave the ring when the host sifts it.
    if (someStillWait || this.#links.every(({ isStalled }) => isStalled)) this.grow();
    this.#watchStall();
  };
}
