/*
 * What the page reads of the admin API's answers. The OpenAPI document says what each member means.
 */

export type ThreadState = 'starting' | 'idle' | 'busy' | 'blocked' | 'retiring';

export interface Thread {
  readonly process: number;
  readonly threadId: number;
  readonly state: ThreadState;
  readonly sessions: number;
}

export interface Pool {
  readonly name: string;
  readonly state: 'serving' | 'recycling' | 'disabled';
  readonly isolation: 'thread' | 'process';
  readonly generation: number;
  readonly draining: number;
  readonly threads: readonly Thread[];
  readonly maxThreads: number;
  readonly waiting: number;
  readonly maxQueue: number;
  readonly inFlight: number;
  readonly served: number;
  readonly pid: number | null;
  readonly rssMb: number | null;
}

export interface HostProcess {
  readonly version: string;
  readonly node: string;
  readonly pid: number;
  readonly processes: number;
  readonly uptimeMs: number;
  readonly draining: boolean;
  readonly rssMb: number;
  readonly loopDelayMs: number;
}

export interface Extension {
  readonly name: string;
  readonly pool: string;
  readonly loaded: boolean;
  readonly version: string | null;
  readonly description: string | null;
  readonly problem: string | null;
  readonly requests: Counts;
  readonly errors: Counts;
}

export interface RequestInFlight {
  readonly process: number;
  readonly requestId: string;
  readonly connId: number;
  readonly pool: string;
  readonly extension: string;
  readonly url: string;
  readonly stage: 'queued' | 'running';
  readonly ageMs: number;
  readonly threadId: number | null;
}

export interface Fault {
  readonly process: number;
  readonly number: number;
  readonly at: string;
  readonly evt: string;
  readonly level: 'info' | 'warn' | 'error' | 'fatal';
  readonly message: string;
  readonly extension: string | null;
  readonly pool: string | null;
  readonly url: string | null;
  readonly errorCode: string | null;
  readonly reason: string;
}

/** How often what was counted. */
export type Counts = Readonly<Record<string, number>>;

export interface Times {
  /** One for each of `boundsMs`, and one for longer times. */
  readonly buckets: readonly number[];
}

/** What has been answered since the host started. */
export interface Traffic {
  readonly atMs: number;
  readonly boundsMs: readonly number[];
  readonly extensions: readonly {
    readonly requests: Counts;
    readonly queue: Times;
    readonly run: Times;
  }[];
}

/** The host as it was at one look. */
export interface Look {
  readonly host: HostProcess;
  readonly pools: readonly Pool[];
  readonly extensions: readonly Extension[];
  readonly requests: readonly RequestInFlight[];
  readonly faults: readonly Fault[];
  readonly traffic: Traffic;
}
