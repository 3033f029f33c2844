import type { WorkloadName } from '../workloads.ts';
import type { RunningSubject } from './start-subject.ts';

/** A way to answer the workloads. */
export interface Subject {
  readonly name: string;
  readonly about: string;
  /** Workloads that it cannot do. */
  readonly cannot: readonly WorkloadName[];
  /** What a machine may lack that it needs. */
  readonly needs?: string;
  /** @returns undefined where the machine lacks what it needs */
  start(): Promise<RunningSubject> | undefined;
}
