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
  /** Requests per second; else each connection asks again when it is answered. */
  readonly ratePerSecond?: number | undefined;
  /** Asked beside it again and again, on one connection more; not counted. */
  readonly beside?: Workload | undefined;
}

/** One burst as measured. */
export interface Burst {
  readonly answers: number;
  readonly answersPerSecond: number;
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
  /** CPU time of the server process, its threads and its children. `undefined` where the system does not tell. */
  readonly serverCpuMs: number | undefined;
  /** That of the main threads alone: in our host, the front end. */
  readonly mainThreadsCpuMs: number | undefined;
  /** Part of the machine's CPU time that went to processes not ours, 0 to 1. */
  readonly othersShare: number | undefined;
  /** How late the load itself was, of a fixed rate. */
  readonly lateP99Us: number | undefined;
  readonly wrong: readonly string[];
}

export async function runBurst(
  subject: RunningSubject,
  load: Load,
  plan: BurstPlan,
): Promise<Burst> {
  const { workload, connections, burstMs, ratePerSecond, beside } = plan;
  const spec = { port: subject.port, workload, connections, burstMs, ratePerSecond, beside };
  const before = takeCpuSnapshot();
  const startedAt = performance.now();
  const seen = await load.burst(spec);
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
    mainThreadsCpuMs:
      before && after && after.mainThreadsMs(subject.pid) - before.mainThreadsMs(subject.pid),
    othersShare:
      all === undefined || ours === undefined
        ? undefined
        : Math.max(0, all - ours) / (elapsedMs * availableParallelism()),
    lateP99Us: seen.lateP99Us,
    wrong: seen.wrong,
  };
}
