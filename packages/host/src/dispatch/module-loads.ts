import type { LoadedMessage, LoadProblem } from '@isapi-host/worker-runtime/protocol';
import type { ExtensionStatus } from './pool-status.ts';

/** A thread as it is asked to load modules. */
export interface LoadingThread {
  readonly number: number;
  readonly port: { postMessage(message: unknown): void };
}

interface Asked {
  readonly modules: readonly string[];
  readonly settle: (problems: readonly LoadProblem[]) => void;
  /** Threads that have still to come. */
  missing: number;
  /** Numbers of the threads that load them. */
  readonly loading: Set<number>;
}

/** What the threads of a pool have loaded, and who waits for them to load something. */
export class ModuleLoads {
  readonly #extensions = new Map<string, ExtensionStatus>();
  /** State of the files that are loaded; each new thread is given it. */
  readonly stamps: Map<string, string> = new Map();
  readonly #onLoaded: (() => void) | undefined;
  #asked: Asked[] = [];

  /** @param onLoaded - called when an extension has been loaded */
  constructor(onLoaded?: () => void) {
    this.#onLoaded = onLoaded;
  }

  get extensions(): readonly ExtensionStatus[] {
    return [...this.#extensions.values()];
  }

  /** Whether threads load what they were asked to, or are still to come for it. */
  get isPending(): boolean {
    return this.#asked.length > 0;
  }

  /** @returns whether it is what other threads have loaded */
  loaded({ module, version, description, stamp }: LoadedMessage): boolean {
    if (!this.stamps.has(module)) this.stamps.set(module, stamp);
    this.#extensions.set(module, { module, version, description });
    this.#onLoaded?.();
    return this.stamps.get(module) === stamp;
  }

  /**
   * Has modules loaded in so many threads.
   *
   * @param joined - those that are there; others are asked as they join
   * @returns the problems of the first thread that has some
   */
  ask(
    modules: readonly string[],
    joined: readonly LoadingThread[],
    threads: number,
  ): Promise<readonly LoadProblem[]> {
    return new Promise((settle) => {
      const asked: Asked = { modules, settle, missing: threads, loading: new Set() };
      this.#asked.push(asked);
      for (const thread of joined) begin(asked, thread);
    });
  }

  threadJoined(thread: LoadingThread): void {
    for (const asked of this.#asked) begin(asked, thread);
  }

  done(thread: number, problems: readonly LoadProblem[]): void {
    for (const asked of this.#asked.slice()) {
      if (!asked.loading.delete(thread)) continue;
      const isDone = asked.missing === 0 && asked.loading.size === 0;
      if (isDone || problems.length > 0) this.#settle(asked, problems);
    }
  }

  /** @param thread - -1: it never joined */
  threadEnded(thread: number, why: string): void {
    for (const asked of this.#asked.slice()) {
      const isMeant = thread === -1 ? asked.missing > 0 : asked.loading.has(thread);
      if (!isMeant) continue;
      const message = `its thread ended: ${why}`;
      const error = { code: 'ISAPI_ERR_THREAD_LOST', message, stack: '' };
      this.#settle(
        asked,
        asked.modules.map((module) => ({ module, error })),
      );
    }
  }

  #settle(asked: Asked, problems: readonly LoadProblem[]): void {
    this.#asked = this.#asked.filter((other) => other !== asked);
    asked.settle(problems);
  }
}

function begin(asked: Asked, { number, port }: LoadingThread): void {
  if (asked.missing === 0) return;
  asked.missing -= 1;
  asked.loading.add(number);
  port.postMessage({ op: 'load', modules: asked.modules });
}
