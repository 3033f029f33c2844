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
  /** Number of the thread that loads them, -1 while there is none. */
  thread: number;
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

  /** @returns whether it is what other threads have loaded */
  loaded({ module, version, description, stamp }: LoadedMessage): boolean {
    if (!this.stamps.has(module)) this.stamps.set(module, stamp);
    this.#extensions.set(module, { module, version, description });
    this.#onLoaded?.();
    return this.stamps.get(module) === stamp;
  }

  /** @param thread - loads them; `undefined`: the next that joins */
  ask(
    modules: readonly string[],
    thread: LoadingThread | undefined,
  ): Promise<readonly LoadProblem[]> {
    return new Promise((settle) => {
      const asked: Asked = { modules, settle, thread: -1 };
      this.#asked.push(asked);
      if (thread !== undefined) begin(asked, thread);
    });
  }

  threadJoined(thread: LoadingThread): void {
    for (const asked of this.#asked) if (asked.thread === -1) begin(asked, thread);
  }

  done(thread: number, problems: readonly LoadProblem[]): void {
    this.#settle((asked) => asked.thread === thread, problems);
  }

  /** @param thread - -1: it never joined */
  threadEnded(thread: number, why: string): void {
    const stack = '';
    for (const { modules } of this.#asked.filter((asked) => asked.thread === thread)) {
      const problems = modules.map((module) => ({
        module,
        error: { code: 'ISAPI_ERR_THREAD_LOST', message: `its thread ended: ${why}`, stack },
      }));
      this.#settle((asked) => asked.modules === modules, problems);
    }
  }

  #settle(isMeant: (asked: Asked) => boolean, problems: readonly LoadProblem[]): void {
    const [meant, rest] = [this.#asked.filter(isMeant), this.#asked.filter((a) => !isMeant(a))];
    this.#asked = rest;
    for (const { settle } of meant) settle(problems);
  }
}

function begin(asked: Asked, { number, port }: LoadingThread): void {
  asked.thread = number;
  port.postMessage({ op: 'load', modules: asked.modules });
}
