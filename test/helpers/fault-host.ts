import assert from 'node:assert/strict';
import { closeAfter, type Closing } from './cleanup.ts';
import { CutError, RawClient, type RequestOptions } from './raw-http.ts';
import { type HostOptions, type HostProcess, startHostProcess } from './start-host.ts';
import type { LogLine } from './log-lines.ts';

/** What became of a request: its status, or that the connection ended inside the answer. */
export type Outcome = number | 'cut';

/** A pool that keeps no account of deaths: faults are what it is for. */
export const faultyPool = { minThreads: 1, maxThreads: 1, rapidFailMax: 0, requestTimeoutMs: 0 };

/** A host whose requests to `/tag`, of a pool of its own, never stop and must never fail. */
export class FaultHost {
  readonly host: HostProcess;
  readonly #t: Closing;
  #answered = 0;
  readonly #failures: unknown[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #runs: Promise<void>[] = [];
  #isStopped = false;

  private constructor(t: Closing, host: HostProcess) {
    this.#t = t;
    this.host = host;
  }

  static async start(t: Closing, options: HostOptions): Promise<FaultHost> {
    const host = await startHostProcess(t, {
      ...options,
      extensions: {
        tag: { module: './tag.mjs', paths: ['/tag'], pool: 'good' },
        faulty: { module: './faulty.mjs', paths: ['/faulty'] },
        ...options.extensions,
      },
      pools: { default: faultyPool, ...options.pools, good: { minThreads: 1, maxThreads: 1 } },

      shutdownTimeoutMs: 1000,
    });
    const faultHost = new FaultHost(t, host);
    for (const id of [0, 1]) faultHost.#runs.push(faultHost.#ask(id));
    closeAfter(t, () => faultHost.close());
    await faultHost.othersAreServed();
    return faultHost;
  }

  /** Ends the requests of the others, then the host. */
  async close(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#runs);
    await this.host.close();
  }

  /** What becomes of a request on a connection of its own. */
  async outcome(target: string, options: RequestOptions = {}): Promise<Outcome> {
    const client = await RawClient.connect(this.#t, this.host.port);
    try {
      const { method = 'GET' } = options;
      return (await client.request(target, options).next({ method })).statusCode;
    } catch (error) {
      if (error instanceof CutError) return 'cut';
      throw error;
    } finally {
      client.reset();
    }
  }

  /** Looks for events from now on. */
  watch(): (evt: string, fields?: Readonly<Record<string, unknown>>) => Promise<LogLine> {
    const { logs } = this.host;
    const from = logs.all.length;
    return (evt, fields = {}) => logs.find({ evt, ...fields }, from);
  }

  /** Waits until requests that begin now are answered; none was lost so far. */
  async othersAreServed(): Promise<void> {
    const enough = this.#answered + 4;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#answered < enough && this.#failures.length === 0) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
    assert.deepEqual(this.#failures, []);
  }

  async #ask(connection: number): Promise<void> {
    try {
      const client = await RawClient.connect(this.#t, this.host.port);
      for (let i = 0; !this.#isStopped; i += 1) {
        const query = `turns=20&id=${connection}.${i}`;
        const { text } = await client.request(`/tag?${query}`).next();
        if (text !== `tag ${query}`) this.#failures.push(text);
        this.#answered += 1;
        for (const look of this.#waiting) look();
      }
    } catch (error) {
      this.#failures.push(error);
      for (const look of this.#waiting) look();
    }
  }
}
