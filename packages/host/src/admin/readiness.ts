import type { AdminHost } from './admin-host.ts';
import { type ProbeProblem, probe } from './probe.ts';

/** Whether a host can take requests. */
export interface Readiness {
  readonly ready: boolean;
  readonly draining: boolean;
  /** What a request through each pool came to: `ok`, or why it failed. */
  readonly pools: Readonly<Record<string, string>>;
}

/** Finds out whether a host is ready. All who ask at one time get the same answer. */
export class ReadinessCheck {
  readonly #host: AdminHost;
  #running: Promise<Readiness> | undefined;

  constructor(host: AdminHost) {
    this.#host = host;
  }

  run(): Promise<Readiness> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<Readiness> {
    const inPlace = [...this.#host.pools];
    const problems = await Promise.all(inPlace.map(([, pool]) => probe(pool)));
    const pools = inPlace.map(([name], index) => [name, textOf(problems[index])] as const);
    const { isDraining, isShedding } = this.#host;
    const ready = !isDraining && !isShedding && problems.every((problem) => problem === undefined);
    return { ready, draining: isDraining, pools: Object.fromEntries(pools) };
  }
}

function textOf(problem: ProbeProblem): string {
  return problem ?? 'ok';
}
