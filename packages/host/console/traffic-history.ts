import type { Times, Traffic } from './answers.ts';

/** Points that are kept: five minutes of one a second. */
const KEPT = 300;

/** What was between two looks. `null`: nothing that could be measured. */
export interface TrafficPoint {
  /** Of the later look, Unix time in seconds. */
  readonly at: number;
  /** Answers a second, by what came of them. */
  readonly done: number | null;
  readonly clientErrors: number | null;
  readonly serverErrors: number | null;
  /** Ms: half of the sessions ran no longer. */
  readonly runMedian: number | null;
  /** Ms: 99 of 100 sessions ran no longer. */
  readonly runP99: number | null;
  /** Ms: 99 of 100 requests waited no longer for a thread. */
  readonly queueP99: number | null;
}

/** Makes rates and quantiles of the counters that the host gives. */
export class TrafficHistory {
  #before: Traffic | undefined;
  #points: readonly TrafficPoint[] = [];

  /** The oldest first. */
  get points(): readonly TrafficPoint[] {
    return this.#points;
  }

  /** @param at - Unix time, s */
  add(traffic: Traffic, at: number): void {
    const point = pointBetween(this.#before, traffic, at);
    this.#before = traffic;
    this.#points = [...this.#points, point].slice(-KEPT);
  }
}

function pointBetween(before: Traffic | undefined, after: Traffic, at: number): TrafficPoint {
  const seconds = before === undefined ? 0 : (after.atMs - before.atMs) / 1000;
  const isRestarted = before !== undefined && totalOf(after) < totalOf(before);
  if (before === undefined || seconds <= 0 || isRestarted) return { at, ...NOTHING };
  const rate = (classes: readonly string[]): number =>
    (countOf(after, classes) - countOf(before, classes)) / seconds;
  const times = (of: 'queue' | 'run', share: number): number | null =>
    quantile(difference(bucketsOf(after, of), bucketsOf(before, of)), after.boundsMs, share);
  return {
    at,
    done: rate(['1xx', '2xx', '3xx']),
    clientErrors: rate(['4xx']),
    serverErrors: rate(['5xx']),
    runMedian: times('run', 0.5),
    runP99: times('run', 0.99),
    queueP99: times('queue', 0.99),
  };
}

const NOTHING = {
  done: null,
  clientErrors: null,
  serverErrors: null,
  runMedian: null,
  runP99: null,
  queueP99: null,
} as const;

function totalOf(traffic: Traffic): number {
  return countOf(traffic, ['1xx', '2xx', '3xx', '4xx', '5xx']);
}

function countOf({ extensions }: Traffic, classes: readonly string[]): number {
  let count = 0;
  for (const { requests } of extensions) {
    for (const name of classes) count += requests[name] ?? 0;
  }
  return count;
}

/** The buckets of all extensions together. */
function bucketsOf({ extensions, boundsMs }: Traffic, of: 'queue' | 'run'): number[] {
  const sums = Array.from({ length: boundsMs.length + 1 }, () => 0);
  for (const extension of extensions) {
    const { buckets }: Times = extension[of];
    for (const [index, count] of buckets.entries()) sums[index] = (sums[index] ?? 0) + count;
  }
  return sums;
}

function difference(after: readonly number[], before: readonly number[]): number[] {
  return after.map((count, index) => count - (before[index] ?? 0));
}

/** Within a bucket times are taken to be spread evenly. What is longer than the last bound is taken to be that long. */
function quantile(
  buckets: readonly number[],
  bounds: readonly number[],
  share: number,
): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = share * total;
  for (const [index, count] of buckets.entries()) {
    const upper = bounds[index];
    if (upper === undefined) break;
    const lower = bounds[index - 1] ?? 0;
    if (count >= left) return lower + ((upper - lower) * left) / count;
    left -= count;
  }
  return bounds.at(-1) ?? null;
}
