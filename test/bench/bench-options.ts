import type { Subject } from './subjects/subject.ts';
import type { Workload } from './workloads.ts';

/** How much of everything is measured. */
export interface BenchOptions {
  readonly subjects: readonly Subject[];
  readonly workloads: readonly Workload[];
  /** Instead of each workload's own. */
  readonly connections: readonly number[] | undefined;
  /**
   * Times that both servers are started anew. One in ten or so stays a third slower than its twin for all its life,
   * so that one launch must not decide.
   */
  readonly launches: number;
  /** Clean pairs wanted, per launch, and pairs run at most to get them. */
  readonly pairs: number;
  readonly maxPairs: number;
  readonly warmUps: number;
  readonly burstMs: number;
  /** Short: are the answers right? No figure to rely on. */
  readonly length: 'full' | 'short';
  readonly load: 'node' | 'wrk';
}
