import { askInPhases, type PacedAnswer, type Phase } from '../load/paced-requests.ts';
import { quantile } from '../measure/statistics.ts';
import { formatUs } from '../report/figures.ts';
import type { Table } from '../report/table.ts';
import { startHost } from '../subjects/host-subject.ts';
import type { RunningSubject } from '../subjects/start-subject.ts';
import type { Workload } from '../workloads.ts';
import { burnWorkload, measureRoundsPerMs } from './burn-workload.ts';
import type { Bench, Part, PartReport } from './part.ts';

/** How long procs compute, ms. */
const WORKS_MS = [1, 10];
/** Parts of the capacity that are asked for, one after the other. */
const SHARES = [0.5, 2, 0.5];
const AFTER = 2;
/** Enough to keep the threads busy, few enough not to wait. */
const CONNECTIONS = 16;
/** Requests that were due within so long are looked at together, ms. */
const SLICE_MS = 250;
/** As far above the p99 from before as counts for normal. */
const NORMAL = 2;

export const overload: Part = {
  name: 'overload',
  about: 'procs that compute, asked for twice what they can do, and after that',
  run: runOverload,
};

async function runOverload(bench: Bench): Promise<PartReport> {
  const roundsPerMs = measureRoundsPerMs();
  const isShort = bench.options.length === 'short';
  const lengths = isShort ? [300, 300, 300] : [3000, 8000, 8000];
  const found: Found[] = [];
  for (const workMs of WORKS_MS) {
    const workload = burnWorkload('cpu', workMs, roundsPerMs);
    const host = await startHost({ proc: 'async' });
    try {
      const capacity = await measureCapacity(bench, host, workload, isShort ? 300 : 3000);
      const phases = lengths.map((ms, i) => ({ ms, ratePerSecond: capacity * (SHARES[i] ?? 1) }));
      const answers = await askInPhases(host.port, workload.path, phases);
      found.push(whatCameOf(workMs, capacity, phases, answers));
    } finally {
      await host.close();
    }
  }
  return {
    tables: found.map(({ table }) => table),
    notes: [
      'One after the other, without a pause between. Times are those of what was served, from when a request was due.',
      `Back to normal: from the end of the overload until, for good, p99 of ${SLICE_MS} ms was no more than ${NORMAL} times`,
      'that of the first row and nothing was refused.',
    ],
    wrong: found.flatMap(({ wrong }) => wrong),
    data: found.map(({ data }) => data),
  };
}

interface Found {
  readonly table: Table;
  readonly wrong: readonly string[];
  readonly data: unknown;
}

/** Answers per second when each connection asks again as soon as it is answered. */
async function measureCapacity(
  { load }: Bench,
  { port }: RunningSubject,
  workload: Workload,
  burstMs: number,
): Promise<number> {
  const what = { port, workload, connections: CONNECTIONS, burstMs };
  await load.burst(what);
  const { answers, elapsedMs, wrong } = await load.burst(what);
  if (wrong.length > 0) throw new Error(wrong.join('; '));
  return (answers / elapsedMs) * 1000;
}

function whatCameOf(
  workMs: number,
  capacity: number,
  phases: readonly Phase[],
  answers: readonly PacedAnswer[],
): Found {
  const rows = phases.map((phase, i) => summarize(i, phase, phases, answers));
  const normalMs = (rows[0]?.p99Ms ?? 0) * NORMAL;
  const backMs = timeUntilNormal(phases, answers, normalMs);
  const odd = answers.filter(({ status }) => status !== 200 && status !== 503);
  const back = backMs === undefined ? 'not' : `${(backMs / 1000).toFixed(2)} s`;
  return {
    table: {
      title: `cpu (${workMs} ms of computing); it can do ${Math.round(capacity)} a second`,
      columns: [
        'asked for',
        'requests/s',
        'goodput of capacity',
        '503',
        'p50',
        'p99',
        'back to normal',
      ],
      rows: rows.map(({ share, rate, goodput, refused, p50Ms, p99Ms }, i) => [
        `${share} x capacity`,
        `${Math.round(rate)}`,
        (goodput / capacity).toFixed(2),
        `${(refused * 100).toFixed(1)} %`,
        formatUs(p50Ms && p50Ms * 1000),
        formatUs(p99Ms && p99Ms * 1000),
        i === AFTER ? back : '',
      ]),
    },
    wrong: odd.length === 0 ? [] : [`${odd.length} requests neither served nor refused`],
    data: { workMs, capacity, rows, backMs },
  };
}

interface Summary {
  readonly share: number;
  readonly rate: number;
  /** Answers per second that were no refusals, within the phase. */
  readonly goodput: number;
  /** Part of its requests. */
  readonly refused: number;
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

function summarize(
  index: number,
  { ms, ratePerSecond }: Phase,
  phases: readonly Phase[],
  answers: readonly PacedAnswer[],
): Summary {
  const from = startOf(index, phases);
  const own = answers.filter(({ phase }) => phase === index);
  const served = answers.filter(({ status }) => status === 200);
  const within = served.filter(({ doneMs }) => doneMs >= from && doneMs < from + ms);
  const times = timesOf(own);
  return {
    share: SHARES[index] ?? 1,
    rate: ratePerSecond,
    goodput: (within.length / ms) * 1000,
    refused: own.filter(({ status }) => status === 503).length / own.length,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
  };
}

/** From the end of the overload, ms; `undefined`: it did not come to that. */
function timeUntilNormal(
  phases: readonly Phase[],
  answers: readonly PacedAnswer[],
  normalMs: number,
): number | undefined {
  const from = startOf(AFTER, phases);
  const { ms = 0 } = phases[AFTER] ?? {};
  let since: number | undefined;
  for (let at = from; at + SLICE_MS <= from + ms; at += SLICE_MS) {
    const slice = answers.filter(({ dueMs }) => dueMs >= at && dueMs < at + SLICE_MS);
    const p99Ms = quantile(timesOf(slice), 0.99) ?? Infinity;
    const isNormal = p99Ms <= normalMs && slice.every(({ status }) => status === 200);
    since = isNormal ? (since ?? at - from) : undefined;
  }
  return since;
}

function startOf(index: number, phases: readonly Phase[]): number {
  return phases.slice(0, index).reduce((sum, { ms }) => sum + ms, 0);
}

function timesOf(answers: readonly PacedAnswer[]): Float64Array {
  const served = answers.filter(({ status }) => status === 200);
  return Float64Array.from(served, ({ dueMs, doneMs }) => doneMs - dueMs).toSorted();
}
