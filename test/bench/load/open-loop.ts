import { performance } from 'node:perf_hooks';
import { quantile } from '../measure/statistics.ts';
import { Connection } from './connection.ts';
import type { LoadResult, LoadSpec } from './load.ts';
import { encodeRequest } from './request.ts';
import { Ticker } from './ticker.ts';

/** A subject that lets requests wait for so long cannot keep the rate. */
const PATIENCE_MS = 30_000;

/**
 * Sends requests when they are due, whether earlier ones were answered or not, and counts each one's time from when
 * it was due: a server that stalls is charged with every request that would have come meanwhile.
 */
export async function runOpenLoop(spec: LoadSpec, ratePerSecond: number): Promise<LoadResult> {
  const request = encodeRequest(spec.workload);
  const connections = Array.from(
    { length: spec.connections },
    () => new Connection(spec.port, spec.workload, request),
  );
  const loop = new OpenLoop(connections, spec.burstMs, ratePerSecond);
  const ticker = new Ticker(() => loop.tick());
  try {
    await Promise.all(connections.map((connection) => connection.opened()));
    await ticker.started();
    return await loop.run();
  } catch (error) {
    const wrong = [error instanceof Error ? error.message : String(error)];
    return { answers: 0, elapsedMs: spec.burstMs, p50Us: undefined, p99Us: undefined, wrong };
  } finally {
    await ticker.stop();
    for (const connection of connections) connection.close();
  }
}

class OpenLoop {
  readonly #idle: Connection[];
  readonly #msPerRequest: number;
  readonly #total: number;
  readonly #latenciesUs: number[] = [];
  readonly #latenessUs: number[] = [];
  readonly #wrong = new Set<string>();
  #startedAt = Number.POSITIVE_INFINITY;
  /** Requests sent so far. */
  #sent = 0;
  #broken = 0;
  #end: () => void = () => undefined;

  constructor(connections: readonly Connection[], burstMs: number, ratePerSecond: number) {
    this.#idle = [...connections];
    this.#msPerRequest = 1000 / ratePerSecond;
    this.#total = Math.max(1, Math.round((burstMs * ratePerSecond) / 1000));
  }

  async run(): Promise<LoadResult> {
    const over = new Promise<void>((resolve) => (this.#end = resolve));
    const patience = setTimeout(() => this.#giveUp(), PATIENCE_MS);
    this.#startedAt = performance.now();
    this.tick();
    await over;
    const elapsedMs = performance.now() - this.#startedAt;
    clearTimeout(patience);

    const latencies = Float64Array.from(this.#latenciesUs).toSorted();
    return {
      answers: latencies.length,
      elapsedMs,
      p50Us: quantile(latencies, 0.5),
      p99Us: quantile(latencies, 0.99),
      lateP99Us: quantile(Float64Array.from(this.#latenessUs).toSorted(), 0.99),
      wrong: [...this.#wrong],
    };
  }

  /** Sends what is due, as far as connections are free. A request that finds none waits, and its time runs. */
  tick(): void {
    const now = performance.now();
    while (this.#sent < this.#total) {
      const dueAt = this.#startedAt + this.#sent * this.#msPerRequest;
      const connection = dueAt > now ? undefined : this.#idle.pop();
      if (connection === undefined) return;
      this.#sent += 1;
      this.#send(connection, dueAt);
    }
  }

  #send(connection: Connection, dueAt: number): void {
    if (this.#idle.length > 0) this.#latenessUs.push((performance.now() - dueAt) * 1000);
    connection.ask((wrong) => {
      if (wrong === undefined) {
        this.#latenciesUs.push((performance.now() - dueAt) * 1000);
        this.#idle.push(connection);
      } else {
        this.#wrong.add(wrong.message);
        this.#broken += 1;
      }
      this.tick();
      if (this.#latenciesUs.length === this.#total || this.#broken > 0) this.#end();
    });
  }

  #giveUp(): void {
    this.#wrong.add(`not all requests answered within ${PATIENCE_MS} ms`);
    this.#end();
  }
}
