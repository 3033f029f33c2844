import type { Workload } from '../workloads.ts';

/** What one burst of load is. */
export interface LoadSpec {
  readonly port: number;
  readonly workload: Workload;
  readonly connections: number;
  /** Length of the burst where the workload goes by time. */
  readonly burstMs: number;
  /** Requests per second; else each connection asks again when it is answered. */
  readonly ratePerSecond?: number | undefined;
  /** Asked beside it again and again, on one connection more; not counted. */
  readonly beside?: Workload | undefined;
}

/** What one burst of load saw. */
export interface LoadResult {
  readonly answers: number;
  /** Length of the burst, connecting left out. */
  readonly elapsedMs: number;
  /**
   * From the first byte of a request, or from when it was due at a fixed rate, to the last of its answer;
   * `undefined` where nothing was answered.
   */
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
  /** How late the load itself was at a fixed rate, a free connection at hand. */
  readonly lateP99Us?: number | undefined;
  /** What was wrong, in words; one line per kind. */
  readonly wrong: readonly string[];
}

/** Puts load on a subject, from a process of its own. */
export interface Load {
  readonly name: 'wrk' | 'node';
  burst(spec: LoadSpec): Promise<LoadResult>;
  close(): void;
}
