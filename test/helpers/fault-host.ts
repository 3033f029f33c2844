import assert from 'node:assert/strict';
import { closeAfter, type Closing } from './cleanup.ts';
import { CutError, RawClient, type RequestOptions } from './raw-http.ts';
import { type HostOptions, type HostProcess, startHostProcess } from './start-host.ts';
import type { LogLine } from './log-lines.ts';
import { faultCounts } from './metrics.ts';

/** What became of a request: its status, or that the connection ended inside the answer. */
export type Outcome = number | 'cut';

/** A kind of fault that is to be told once, and what its log line says. */
export type Told = readonly [evt: string, fields?: Readonly<Record<string, unknown>>];

/** Far beyond what any fault takes to be told, and its pool to serve again; a slow machine is no failure. */
const TOLD_MS = 30_000;
/** pino's number; what is told below it is no fault. */
const WARN = 40;

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
      admin: { enabled: true, port: 0 },
      // What is kept stays, however slow the machine.
      timeouts: { idleMs: 600_000 },
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

  /**
   * Does what provokes faults, and holds that each of these is told once, in the log and in the metrics, and no other
   * kind by the same pools; that then `next` is answered; and that no request of the others was lost.
   *
   * @returns the log lines, in the order of `told`
   */
  async tells(
    told: readonly Told[],
    act: () => Promise<unknown>,
    next?: string,
  ): Promise<readonly LogLine[]> {
    const { logs, adminUrl } = this.host;
    const from = logs.all.length;
    const before = await faultCounts(adminUrl);
    await act();
    const lines = await Promise.all(
      told.map(([evt, fields]) => within(logs.find({ evt, ...fields }, from), evt)),
    );
    if (next !== undefined) await within(this.served(next), next);
    await this.othersAreServed();

    const after = await faultCounts(adminUrl);
    const since = logs.all.slice(from).filter(({ evt }) => evt !== undefined);
    for (const [evt, fields = {}] of told) {
      const expected = told.filter((one) => one[0] === evt).length;
      const same = since.filter((line) => line['evt'] === evt);
      const fitting = same.filter((line) =>
        Object.entries(fields).every(([name, value]) => line[name] === value),
      );
      assert.equal(fitting.length, expected, `${evt} in the log`);
      const counted = after.get(evt) - before.get(evt);
      assert.ok(counted >= expected && counted <= same.length, `${evt} in the metrics: ${counted}`);
    }
    const pools = new Set(lines.map(({ pool }) => pool));
    const kinds = new Set(told.map(([evt]) => evt));
    const others = since.filter(({ pool, level }) => pools.has(pool) && level >= WARN);
    for (const { evt } of others) {
      assert.ok(kinds.has(evt as string), `also told: ${evt as string}`);
    }
    return lines;
  }

  /** Asks until it is answered: what comes while a thread or process is replaced may have to be sent again. */
  async served(target: string): Promise<void> {
    while ((await this.outcome(target)) !== 200);
  }

  /** Puts fresh threads in place of those of a pool. */
  async recycle(pool: string): Promise<void> {
    const url = `${this.host.adminUrl}/api/v1/pools/${pool}/recycle`;
    assert.equal((await fetch(url, { method: 'POST' })).status, 200);
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

async function within<Value>(promise: Promise<Value>, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} within ${TOLD_MS} ms`)), TOLD_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
