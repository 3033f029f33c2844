import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import type { Load } from '../load/load.ts';
import type { RunningSubject } from '../subjects/start-subject.ts';
import type { Workload } from '../workloads.ts';
import { takeCpuSnapshot } from './cpu-time.ts';

/** What is put on a subject, again and again. */
export interface BurstPlan {
  readonly workload: Workload;
  readonly connections: number;
  readonly burstMs: number;
}

/** One burst as measured. */
export interface Burst {
  readonly answers: number;
  readonly answersPerSecond: number;
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
  /** CPU time of the server process, its threads and its children. `undefined` where the system does not tell. */
  readonly serverCpuMs: number | undefined;
  /** Part of the machine's CPU time that went to processes not ours, 0 to 1. */
  readonly othersShare: number | undefined;
  readonly wrong: readonly string[];
}

export async function runBurst(
  subject: RunningSubject,
  load: Load,
  plan: BurstPlan,
): Promise<Burst> {
  const { workload, connections, burstMs } = plan;
  const before = takeCpuSnapshot();
  const startedAt = performance.now();
  const seen = await load.burst({ port: subject.port, workload, connections, burstMs });
  const elapsedMs = performance.now() - startedAt;
  const after = takeCpuSnapshot();

  const used = (pid: number): number | undefined =>
    before && after && after.treeMs(pid) - before.treeMs(pid);
  const ours = used(process.pid);
  const all = before && after && after.machineMs - before.machineMs;
  return {
    answers: seen.answers,
    answersPerSecond: (seen.answers * 1000) / seen.elapsedMs,
    p50Us: seen.p50Us,
    p99Us: seen.p99Us,
    serverCpuMs: used(subject.pid),
    othersShare:
      all === undefined || ours === undefined
        ? undefined
        : Math.max(0, all - ours) / (elapsedMs * availableParallelism()),
    wrong: seen.wrong,
  };
}
