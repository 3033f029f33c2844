import { performance } from 'node:perf_hooks';
import { quantile } from '../measure/statistics.ts';
import { Connection } from './connection.ts';
import type { LoadResult, LoadSpec } from './load.ts';
import { encodeRequest } from './request.ts';

/** A subject that answers nothing for so long is broken. */
const SILENCE_MS = 30_000;

/** Each connection asks again as soon as it is answered, until the burst is over. */
export async function runClosedLoop(spec: LoadSpec): Promise<LoadResult> {
  const { port, workload } = spec;
  const request = encodeRequest(workload);
  const connections = Array.from(
    { length: spec.connections },
    () => new Connection(port, workload, request),
  );
  try {
    await Promise.all(connections.map((connection) => connection.opened()));
    return await new ClosedLoop(spec, connections).run();
  } catch (error) {
    const wrong = [error instanceof Error ? error.message : String(error)];
    return { answers: 0, elapsedMs: spec.burstMs, p50Us: undefined, p99Us: undefined, wrong };
  } finally {
    for (const connection of connections) connection.close();
  }
}

class ClosedLoop {
  readonly #spec: LoadSpec;
  readonly #connections: readonly Connection[];
  readonly #latenciesUs: number[] = [];
  readonly #byTime: boolean;
  readonly #wrong = new Set<string>();
  #startedAt = 0;
  #endedAt = 0;
  #isTimeUp = false;
  #open: number;
  #end: () => void = () => undefined;

  constructor(spec: LoadSpec, connections: readonly Connection[]) {
    this.#spec = spec;
    this.#connections = connections;
    this.#open = connections.length;
    this.#byTime = spec.workload.burstBy === 'time';
  }

  async run(): Promise<LoadResult> {
    const over = new Promise<void>((resolve) => (this.#end = resolve));
    const silence = setTimeout(() => this.#endSilent(), SILENCE_MS);
    this.#startedAt = performance.now();
    const timer = setTimeout(() => this.#endInTime(), this.#spec.burstMs);
    for (const connection of this.#connections) this.#ask(connection);
    await over;
    this.#endedAt = performance.now();
    clearTimeout(timer);
    clearTimeout(silence);

    const sorted = Float64Array.from(this.#latenciesUs).toSorted();
    return {
      answers: sorted.length,
      elapsedMs: this.#endedAt - this.#startedAt,
      p50Us: quantile(sorted, 0.5),
      p99Us: quantile(sorted, 0.99),
      wrong: [...this.#wrong],
    };
  }

  #ask(connection: Connection): void {
    const askedAt = performance.now();
    connection.ask((wrong) => {
      if (this.#endedAt > 0) return;
      if (wrong === undefined) this.#latenciesUs.push((performance.now() - askedAt) * 1000);
      else this.#wrong.add(wrong.message);

      if (this.#isTimeUp && this.#byTime) this.#end();
      else if (wrong === undefined && !this.#isTimeUp) this.#ask(connection);
      else if (--this.#open === 0) this.#end();
    });
  }

  /** Time is up, but a burst has at least one answer, however slow the subject is. */
  #endInTime(): void {
    this.#isTimeUp = true;
    if (this.#byTime && this.#latenciesUs.length > 0) this.#end();
  }

  #endSilent(): void {
    if (this.#latenciesUs.length === 0) this.#wrong.add(`no answer within ${SILENCE_MS} ms`);
    if (!this.#byTime) this.#wrong.add(`not all answers within ${SILENCE_MS} ms`);
    this.#end();
  }
}
