import type { LoadProblem } from '@isapi-host/worker-runtime/protocol';

/** Asks a pool process to load modules. */
export type AskToLoad = (loadId: number, modules: readonly string[], threads: number) => void;

interface Load {
  readonly modules: readonly string[];
  readonly threads: number;
  readonly settle: (problems: readonly LoadProblem[]) => void;
}

/** What a pool process was asked to load, and who waits for it. */
export class ProcessLoads {
  readonly #loads = new Map<number, Load>();
  #lastLoadId = 0;

  /** @param ask - asks the process that is there now, if there is one */
  load(
    modules: readonly string[],
    threads: number,
    ask: AskToLoad,
  ): Promise<readonly LoadProblem[]> {
    this.#lastLoadId += 1;
    const loadId = this.#lastLoadId;
    return new Promise((settle) => {
      this.#loads.set(loadId, { modules, threads, settle });
      ask(loadId, modules, threads);
    });
  }

  /** A process has been started. */
  askAll(ask: AskToLoad): void {
    for (const [loadId, { modules, threads }] of this.#loads) ask(loadId, modules, threads);
  }

  done(loadId: number, problems: readonly LoadProblem[]): void {
    const load = this.#loads.get(loadId);
    this.#loads.delete(loadId);
    load?.settle(problems);
  }

  /** The process is gone, and with it what it was asked for. */
  lose(why: string): void {
    const error = {
      code: 'ISAPI_ERR_THREAD_LOST',
      message: `its process ended: ${why}`,
      stack: '',
    };
    for (const [loadId, { modules }] of this.#loads) {
      this.done(
        loadId,
        modules.map((module) => ({ module, error })),
      );
    }
  }
}
