import type { Workload } from '../workloads.ts';
import type { Burst } from './burst.ts';
import type { Pair } from './compare.ts';
import { quartiles, type Quartiles } from './statistics.ts';

/** One subject under one workload, held against the baseline. */
export interface Comparison {
  readonly subject: string;
  readonly workload: Workload;
  readonly connections: number;
  readonly pairs: readonly Pair[];
}

/** The figures of a comparison, over its clean pairs. */
export interface Summary {
  /** Answers per second as a part of the baseline's, pair by pair. */
  readonly ratio: Quartiles | undefined;
  readonly p50Ratio: Quartiles | undefined;
  readonly p99Ratio: Quartiles | undefined;
  readonly answersPerSecond: number | undefined;
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
  /** CPU microseconds of the whole server process per answer. */
  readonly cpuUs: number | undefined;
  readonly lateP99Us: number | undefined;
  readonly pairs: number;
  readonly cleanPairs: number;
  readonly wrong: readonly string[];
}

export function summarize({ subject, pairs }: Comparison): Summary {
  const clean = pairs.filter(({ isClean }) => isClean);
  const used = clean.length * 2 >= pairs.length ? clean : pairs; // too few clean ones: all, and the table says so
  const median = (pick: (burst: Burst) => number | undefined): number | undefined =>
    quartiles(used.map((pair) => pick(pair.subject)))?.median;
  const tell = (name: string, side: 'baseline' | 'subject'): string[] =>
    pairs.flatMap((pair) => pair[side].wrong.map((what) => `${name}: ${what}`));
  return {
    ratio: quartiles(used.map((p) => p.subject.answersPerSecond / p.baseline.answersPerSecond)),
    p50Ratio: quartiles(used.map((p) => divide(p.subject.p50Us, p.baseline.p50Us))),
    p99Ratio: quartiles(used.map((p) => divide(p.subject.p99Us, p.baseline.p99Us))),
    answersPerSecond: median((burst) => burst.answersPerSecond),
    p50Us: median((burst) => burst.p50Us),
    p99Us: median((burst) => burst.p99Us),
    cpuUs: cpuPerAnswer(used.map((pair) => pair.subject)),
    lateP99Us: median((burst) => burst.lateP99Us),
    pairs: pairs.length,
    cleanPairs: clean.length,
    wrong: [...new Set([...tell('baseline', 'baseline'), ...tell(subject, 'subject')])],
  };
}

/** Over all bursts together: the system counts in steps of 10 ms, too coarse for one. */
function cpuPerAnswer(bursts: readonly Burst[]): number | undefined {
  let cpuMs = 0;
  let answers = 0;
  for (const burst of bursts) {
    if (burst.serverCpuMs === undefined) return undefined;
    cpuMs += burst.serverCpuMs;
    answers += burst.answers;
  }
  return divide(cpuMs * 1000, answers);
}

function divide(dividend: number | undefined, divisor: number | undefined): number | undefined {
  return dividend === undefined || !divisor ? undefined : dividend / divisor;
}
