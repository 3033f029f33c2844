import type { RequestIdentity } from '../callbacks/client.ts';

/** What a thread does. `blocked`: it has taken nothing for a while although requests wait. */
export type ThreadState = 'starting' | 'idle' | 'busy' | 'blocked' | 'retiring';

/** One thread of a pool. */
export interface ThreadStatus {
  readonly threadId: number;
  readonly state: ThreadState;
  /** Sessions open, pending ones included. */
  readonly sessions: number;
  /** Requests it has taken since it joined. */
  readonly claims: number;
}

/** One request that waits or runs. */
export interface RequestStatus extends RequestIdentity {
  readonly connId: number;
  readonly stage: 'queued' | 'running';
  /** Ms since it was queued. */
  readonly ageMs: number;
  /** `undefined` while it waits. */
  readonly threadId: number | undefined;
}

/** An extension that is loaded, as its getExtensionVersion told. */
export interface ExtensionStatus {
  readonly module: string;
  /** ISAPI: HSE_VERSION_INFO, `MAKELONG(minor, major)`. */
  readonly version: number;
  readonly description: string;
}

/** What a pool knows of itself. */
export interface PoolReport {
  readonly threads: readonly ThreadStatus[];
  /** Requests that no thread has taken yet. */
  readonly waiting: number;
  /** Requests that wait or run. */
  readonly inFlight: number;
  /** Requests its threads have taken, all in all. */
  readonly served: number;
  readonly extensions: readonly ExtensionStatus[];
  /** Resident memory of its process, MiB; `undefined`: it has no process of its own. */
  readonly rssMb: number | undefined;
  readonly pid: number | undefined;
}

/** Of a pool that has nothing. */
export const EMPTY_REPORT: PoolReport = {
  threads: [],
  waiting: 0,
  inFlight: 0,
  served: 0,
  extensions: [],
  rssMb: undefined,
  pid: undefined,
};

/** Whether the pool of a name takes requests; `recycling`: it does, while its successor gets ready. */
export type PoolState = 'serving' | 'recycling' | 'disabled';

/** A pool as an operator sees it. */
export interface PoolStatus extends PoolReport {
  readonly name: string;
  readonly state: PoolState;
  /** Raised whenever fresh threads take over. */
  readonly generation: number;
  /** Earlier generations that still have requests to end. */
  readonly draining: number;
  readonly isolation: 'thread' | 'process';
  readonly maxThreads: number;
  readonly maxQueue: number;
}
