import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from '../load/load.ts';
import type { RunningSubject } from '../subjects/start-subject.ts';
import type { Workload } from '../workloads.ts';
import { runBurst, type Burst, type BurstPlan } from './burst.ts';

/** A burst in which others took more of the machine than this says little. */
const MAX_OTHERS_SHARE = 0.05;

/** Rest between bursts, for what the last one left behind: closed connections, killed processes. */
const REST_MS = 20;

/** The two servers of a comparison. */
export interface Sides {
  readonly baseline: RunningSubject;
  readonly subject: RunningSubject;
}

/** A burst on the baseline and, right behind it, one on the subject. */
export interface Pair {
  readonly baseline: Burst;
  readonly subject: Burst;
  /** Other processes left both bursts alone. */
  readonly isClean: boolean;
}

/** What both sides of a comparison get. */
export interface CompareOptions extends Omit<BurstPlan, 'burstMs'> {
  /** What only the subject gets beside it, on one more connection. */
  readonly besideSubject?: Workload;
}

export interface ComparePlan extends CompareOptions, BurstPlan {
  /** Clean pairs wanted, per launch. */
  readonly pairs: number;
  /** Pairs run at most to get them, per launch. */
  readonly maxPairs: number;
  /** Bursts thrown away first, on each side. */
  readonly warmUps: number;
}

/** Bursts on baseline and subject in turn, A B A B. */
export async function compare(
  sides: Sides,
  load: Load,
  plan: ComparePlan,
): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  const runBaseline = async (): Promise<Burst> => {
    await sleep(REST_MS);
    return runBurst(sides.baseline, load, plan);
  };
  const runSubject = async (): Promise<Burst> => {
    await sleep(REST_MS);
    return runBurst(sides.subject, load, { ...plan, beside: plan.besideSubject });
  };

  for (let i = 0; i < plan.warmUps; i += 1) {
    await runBaseline();
    await runSubject();
  }
  for (let clean = 0; clean < plan.pairs && pairs.length < plan.maxPairs;) {
    const baseline = await runBaseline();
    const subject = await runSubject();
    const isClean = [baseline, subject].every(
      ({ othersShare = 0 }) => othersShare <= MAX_OTHERS_SHARE,
    );
    pairs.push({ baseline, subject, isClean });
    if (isClean) clean += 1;
    if (baseline.wrong.length > 0 || subject.wrong.length > 0) break;
  }
  return pairs;
}
