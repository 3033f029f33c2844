import { type LoadProblem, monotonicMs } from '@isapi-host/worker-runtime/protocol';
import type { PoolConfig } from '../config/host-config.ts';
import type { FaultEvent, Faults } from '../observe/faults.ts';
import type { Logger } from '../observe/logger.ts';
import { CrashBudget } from './crash-budget.ts';
import { DisabledPool } from './disabled-pool.ts';
import type { ModuleWatcher } from './module-watcher.ts';
import type { Pool } from './pool.ts';
import type { PoolState, PoolStatus, RequestStatus } from './pool-status.ts';
import { type RecycleReason, RecycleTriggers } from './recycle-triggers.ts';

/** How often the recycle triggers are looked at, ms. */
const LOOK_MS = 250;
/** Longest wait for the modules of a new generation, ms. */
const LOAD_MS = 30_000;

/** No trigger but the schedule counts for this long after one that failed, or that gained no memory for long, ms. */
const PAUSE_MS = 30_000;

/** What counts as a death. */
const DEATHS: ReadonlySet<FaultEvent> = new Set([
  'worker.exit',
  'worker.oom',
  'worker.quarantined',
  'pool.exit',
  'pool.silent',
  'proc.rss',
]);

export interface PoolKeeperOptions {
  readonly name: string;
  readonly config: PoolConfig;
  /** Modules of the extensions that are listed for this pool. */
  readonly modules: readonly string[];
  /** Opens a pool; it has no requests until it is put in place. */
  readonly open: (generation: number) => Pool;
  /** Puts a pool in place: requests from now on go to it. */
  readonly put: (pool: Pool) => void;
  /** Reload the pool when files of its modules change. */
  readonly watch: boolean;
  /** Longest time the pool before may take for its last requests, ms. */
  readonly drainMs: number;
  readonly logger: Logger;
  readonly faults: Faults;
}

/** What the threads of a pool have loaded, and how many there are. */
export interface PoolLoad {
  readonly modules: readonly string[];
  readonly threads: number;
}

/** What came of putting fresh threads in place. */
export type Swap =
  | { readonly ok: true; readonly generation: number }
  /** The pool that was there serves on. */
  | { readonly ok: false; readonly problems: readonly LoadProblem[] };

/*
 * Keeps one pool after another under one name.
 *
 *   SERVING -> RECYCLING    [recycle, reload: a new pool is opened beside the one in place, as many threads join it
 *                            as serve there, and load its modules]
 *   RECYCLING -> SERVING    [the new pool is put in place, and the old one drained; or it cannot load, and goes]
 *   any -> DISABLED         [too many deaths in the pool in place; it is drained]
 *   DISABLED -> SERVING     [enable, reload, or the window has passed]
 *
 * (1) At any time one pool is in place. No request is refused because of a swap: the old pool ends what it has.
 * (2) Swaps are done one after the other.
 * (3) Deaths count for the pool in place only, not for those that drain or get ready.
 */
export class PoolKeeper {
  readonly name: string;
  readonly #options: PoolKeeperOptions;
  readonly #logger: Logger;
  readonly #budget: CrashBudget;
  readonly #triggers: RecycleTriggers;
  #current: Pool;
  #state: PoolState = 'serving';
  #generation = 0;
  #lastGeneration = 0;
  #servingSince = 0;
  #pausedUntil = 0;
  readonly #draining = new Set<Promise<void>>();
  /** How often fresh threads have taken over, by why. */
  readonly recycles: Map<RecycleReason, number> = new Map();
  #swaps: Promise<unknown> = Promise.resolve();
  readonly #lookTimer: NodeJS.Timeout | undefined;
  #enableTimer: NodeJS.Timeout | undefined;
  #watcher: ModuleWatcher | undefined;
  #isClosing = false;

  constructor(options: PoolKeeperOptions) {
    const { name, config, logger, faults } = options;
    this.name = name;
    this.#options = options;
    this.#logger = logger.child({ pool: name });
    this.#budget = new CrashBudget(config);
    this.#triggers = new RecycleTriggers(config, new Date());
    this.#current = this.#open();
    this.#put(this.#current, this.#lastGeneration);
    faults.listen((event, { pool, generation }) => {
      if (pool !== name || generation !== this.#generation) return;
      if (DEATHS.has(event)) this.#died();
      // Its threads would not all run the same any more.
      if (event === 'ext.changed' && this.#state === 'serving') void this.recycle('files');
    });
    if (options.watch) void this.#watch();
    if (this.#triggers.isSet || options.watch) {
      this.#lookTimer = setInterval(this.#look, LOOK_MS).unref();
    }
  }

  /** Puts fresh threads in place of those that serve. They load what those have loaded. */
  recycle(reason: RecycleReason): Promise<Swap> {
    return this.#enqueue(() => this.#swap(reason, this.#loadedModules()));
  }

  /** The same with the current files of every module the pool has loaded or is listed to run. */
  reload(): Promise<Swap> {
    return this.#enqueue(() => {
      const modules = new Set([...this.#options.modules, ...this.#loadedModules()]);
      return this.#swap('files', [...modules]);
    });
  }

  /** Takes a pool that was disabled back into service. */
  enable(): void {
    if (this.#state !== 'disabled' || this.#isClosing) return;
    this.#logger.info('pool enabled');
    this.#put(this.#open(), this.#lastGeneration);
  }

  status(): PoolStatus {
    const { config } = this.#options;
    return {
      ...this.#current.report(),
      name: this.name,
      state: this.#state,
      generation: this.#generation,
      draining: this.#draining.size,
      isolation: config.isolation,
      maxThreads: config.maxThreads,
      maxQueue: config.maxQueue,
    };
  }

  /** The requests that wait or run in the pool in place. */
  requests(): readonly RequestStatus[] {
    return this.#current.requests();
  }

  /** @param deadline - on the monotonic clock, ms; what is left then is cut off */
  async close(deadline: number): Promise<void> {
    this.#isClosing = true;
    clearInterval(this.#lookTimer);
    clearTimeout(this.#enableTimer);
    await this.#current.close(deadline);
    await this.#watcher?.close();
    await this.#swaps;
    await Promise.all(this.#draining);
  }

  #enqueue(swap: () => Promise<Swap>): Promise<Swap> {
    const done = this.#swaps.then(swap);
    this.#swaps = done.catch(ignore);
    return done;
  }

  async #swap(reason: RecycleReason, modules: readonly string[]): Promise<Swap> {
    if (this.#isClosing) return { ok: false, problems: [] };
    const wasDisabled = this.#state === 'disabled';
    if (!wasDisabled) this.#state = 'recycling';
    const pool = this.#open();
    const generation = this.#lastGeneration;
    const problems = await withinMs(LOAD_MS, pool.load(modules, this.#threadsInUse), modules);
    const isStopped = this.#isClosing || (!wasDisabled && this.#isDisabled);
    if (problems.length > 0 || isStopped) {
      this.#drain(pool);
      if (this.#state === 'recycling') this.#state = 'serving';
      if (!isStopped) this.#logger.error({ reason, problems }, 'pool recycling failed');
      return { ok: false, problems };
    }
    const before = this.#current;
    this.#put(pool, generation);
    this.recycles.set(reason, (this.recycles.get(reason) ?? 0) + 1);
    this.#logger.info({ reason, generation }, 'pool recycled');
    this.#drain(before);
    return { ok: true, generation };
  }

  /**
   * Has modules loaded that a host process before this one has used, as far as they are listed for this pool. What
   * cannot be loaded in time is loaded, or fails, with its first request.
   */
  async warm({ modules, threads }: PoolLoad): Promise<void> {
    const listed = modules.filter((module) => this.#options.modules.includes(module));
    const { minThreads } = this.#options.config;
    const loaded = this.#current.load(listed, Math.max(minThreads, threads));
    const problems = await withinMs(LOAD_MS, loaded, listed);
    if (problems.length > 0) this.#logger.warn({ problems }, 'pool not warm');
  }

  /** What fresh threads have to be, and to have loaded, to serve as those that are there. */
  get load(): PoolLoad {
    return { modules: this.#loadedModules(), threads: this.#threadsInUse };
  }

  /** Those that had nothing to do have gone. */
  get #threadsInUse(): number {
    const { threads } = this.#current.report();
    const serving = threads.filter(({ state }) => state !== 'starting' && state !== 'retiring');
    return Math.max(1, this.#options.config.minThreads, serving.length);
  }

  /** Read anew after an await: the compiler takes the state for what it was before. */
  get #isDisabled(): boolean {
    return this.#state === 'disabled';
  }

  #open(): Pool {
    this.#lastGeneration += 1;
    return this.#options.open(this.#lastGeneration);
  }

  #put(pool: Pool, generation: number): void {
    clearTimeout(this.#enableTimer);
    this.#current = pool;
    this.#generation = generation;
    this.#state = 'serving';
    this.#servingSince = monotonicMs();
    this.#budget.reset();
    this.#options.put(pool);
  }

  #drain(pool: Pool): void {
    const drained = pool.close(monotonicMs() + this.#options.drainMs).finally(() => {
      this.#draining.delete(drained);
    });
    this.#draining.add(drained);
  }

  #died(): void {
    if (this.#state === 'disabled' || this.#isClosing) return;
    if (this.#budget.spend(monotonicMs())) this.#disable();
  }

  #disable(): void {
    const { name, config, faults } = this.#options;
    const { rapidFailMax: deaths, rapidFailWindowMs: windowMs } = config;
    faults.report('pool.rapidfail', { pool: name, deaths, windowMs });
    const before = this.#current;
    this.#current = new DisabledPool(name);
    this.#state = 'disabled';
    this.#options.put(this.#current);
    this.#enableTimer = setTimeout(() => this.enable(), windowMs).unref();
    // Its next process or thread would most likely die of it too.
    before.refuseWaiting();
    this.#drain(before);
  }

  async #watch(): Promise<void> {
    // Loaded only where it is wanted.
    const { ModuleWatcher } = await import('./module-watcher.ts');
    if (this.#isClosing) return;
    this.#watcher = new ModuleWatcher(() => void this.reload());
    this.#watcher.add(this.#options.modules);
  }

  #loadedModules(): readonly string[] {
    return this.#current.report().extensions.map(({ module }) => module);
  }

  readonly #look = (): void => {
    this.#watcher?.add(this.#loadedModules());
    if (this.#state !== 'serving') return;
    const { served, rssMb = 0 } = this.#current.report();
    const ageMs = monotonicMs() - this.#servingSince;
    const reason = this.#triggers.due({ served, rssMb, ageMs, now: new Date() });
    if (reason === undefined) return;
    if (reason === 'schedule' || monotonicMs() >= this.#pausedUntil) void this.#trigger(reason);
  };

  async #trigger(reason: RecycleReason): Promise<void> {
    const swap = await this.recycle(reason);
    // What cannot load now, or is too large from the start, would be tried for ever.
    if (!swap.ok || reason === 'memory') this.#pausedUntil = monotonicMs() + PAUSE_MS;
  }
}

/** A pool whose modules are not loaded in time cannot serve. */
async function withinMs(
  ms: number,
  loaded: Promise<readonly LoadProblem[]>,
  modules: readonly string[],
): Promise<readonly LoadProblem[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly LoadProblem[]>((resolve) => {
    timer = setTimeout(() => {
      const error = {
        code: 'ISAPI_ERR_EXTENSION_LOAD',
        message: `not loaded after ${ms} ms`,
        stack: '',
      };
      resolve(modules.map((module) => ({ module, error })));
    }, ms);
  });
  try {
    return await Promise.race([loaded, late]);
  } finally {
    clearTimeout(timer);
  }
}

function ignore(): void {
  // Whoever asked for the swap is told.
}
