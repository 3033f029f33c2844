import { monotonicMs, type Slab } from '@isapi-host/worker-runtime/protocol';
import type { ThreadCrew, ThreadLink } from './thread-crew.ts';

/** How often the threads are looked at, ms. */
const LOOK_MS = 250;
/** Beyond `loadTimeoutMs`, after which a thread ends a load itself unless it is blocked, ms. */
const LOAD_GRACE_MS = 1000;
const MIB = 1024 * 1024;

/** Who acts on what the watch sees. Each is told once of a thread. */
export interface WatchKeeper {
  /** A thread has more memory outside its heap than it may; `far`: more than twice as much. */
  outgrown(link: ThreadLink, bytes: number, how: 'over' | 'far'): void;
  /** A thread is blocked by a module that it loads. */
  stuckLoading(link: ThreadLink): void;
}

export interface WatchLimits {
  /** MiB; 0: no limit. */
  readonly externalMb: number;
  readonly loadTimeoutMs: number;
}

/** Looks after what threads tell of themselves in shared memory, and what they can no longer tell. */
export class ThreadWatch {
  readonly #slab: Slab;
  readonly #crew: ThreadCrew;
  readonly #limits: WatchLimits;
  readonly #keeper: WatchKeeper;
  readonly #over = new WeakSet<ThreadLink>();
  readonly #timer: NodeJS.Timeout;

  constructor(slab: Slab, crew: ThreadCrew, limits: WatchLimits, keeper: WatchKeeper) {
    this.#slab = slab;
    this.#crew = crew;
    this.#limits = limits;
    this.#keeper = keeper;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { loadTimeoutMs } = this.#limits;
    const now = monotonicMs();
    // Backwards, for a thread that is ended leaves the crew.
    for (const link of this.#crew.links.toReversed()) {
      this.#checkMemory(link);
      const since = this.#slab.loadingSince(link.number);
      if (since > 0 && now - since > loadTimeoutMs + LOAD_GRACE_MS) this.#keeper.stuckLoading(link);
    }
  }

  #checkMemory(link: ThreadLink): void {
    const { externalMb } = this.#limits;
    const bytes = this.#slab.memoryOf(link.number);
    if (externalMb === 0 || bytes <= externalMb * MIB) return;
    if (bytes > 2 * externalMb * MIB) return this.#keeper.outgrown(link, bytes, 'far');
    if (this.#over.has(link)) return;
    this.#over.add(link);
    this.#keeper.outgrown(link, bytes, 'over');
  }
}
