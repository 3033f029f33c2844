import type { Faults } from './faults.ts';

/** How often the memory is looked at, ms. */
const LOOK_MS = 250;
/** Beyond this part of the limit requests are refused even while a successor is on its way. */
const FAR_OVER = 1.5;
/** A successor that has not taken over by then is asked for again, ms. */
const ASK_AGAIN_MS = 60_000;
const MIB = 1024 * 1024;

export interface MemoryLimitOptions {
  /** Resident memory, MiB; 0: no limit. */
  readonly limitMb: number;
  readonly faults: Faults;
  /** Asks for a successor of this process; `undefined`: nobody would start one. */
  readonly recycle: (() => void) | undefined;
  /** Resident memory now, bytes. */
  readonly rss?: () => number;
}

/**
 * Holds a host process to a limit of resident memory. Above it a successor is asked for. Far above it, or where there is
 * none to be had, requests are refused until it is below again.
 */
export class MemoryLimit {
  readonly #options: MemoryLimitOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #isShedding = false;
  #askedAt = -Infinity;

  constructor(options: MemoryLimitOptions) {
    this.#options = options;
    if (options.limitMb > 0) this.#timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** Whether requests that come now are to be refused. */
  get isShedding(): boolean {
    return this.#isShedding;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#isShedding = false;
  }

  look(): void {
    const { limitMb, recycle, rss = residentMemory } = this.#options;
    const rssMb = Math.round(rss() / MIB);
    const isOver = rssMb > limitMb;
    const isShedding = isOver && (recycle === undefined || rssMb > limitMb * FAR_OVER);
    if (isShedding && !this.#isShedding) this.#tell(rssMb, 'refuse');
    this.#isShedding = isShedding;
    if (!isOver || recycle === undefined) return;
    const now = performance.now();
    if (now - this.#askedAt < ASK_AGAIN_MS) return;
    this.#askedAt = now;
    this.#tell(rssMb, 'recycle');
    recycle();
  }

  #tell(rssMb: number, action: 'recycle' | 'refuse'): void {
    this.#options.faults.report('host.rss', { rssMb, limitMb: this.#options.limitMb, action });
  }
}

function residentMemory(): number {
  return process.memoryUsage.rss();
}
