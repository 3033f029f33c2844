import { compareSubjects } from '../measure/compare-subjects.ts';
import { quartiles } from '../measure/statistics.ts';
import { summarize, type Comparison } from '../measure/summary.ts';
import { dataOf } from '../report/comparison-data.ts';
import { formatPairs } from '../report/comparison-table.ts';
import { formatQuartiles, formatUs } from '../report/figures.ts';
import type { Table } from '../report/table.ts';
import type { Subject } from '../subjects/subject.ts';
import { baseline } from '../subjects/subjects.ts';
import { type Workload, workloadNamed } from '../workloads.ts';
import type { Bench, Part, PartReport } from './part.ts';

/** Parts of the baseline's capacity that are asked for. */
const SHARES = [0.2, 0.8];
const CONNECTIONS = 64;

export const latency: Part = {
  name: 'latency',
  about: 'hello at a fixed rate, each request timed from when it was due',
  run: runLatency,
};

const compared = [
  'fastify',
  'node-http',
  'host-async',
  'host-blocking',
  'host-isolated',
  'piscina',
  'watt',
];

async function runLatency(bench: Bench): Promise<PartReport> {
  const workload = workloadNamed('hello12');
  const what = { baseline, workload, connections: bench.options.connections?.[0] ?? CONNECTIONS };
  const capacity = await measureCapacity(bench, what);

  const picked = bench.options.subjects.filter(({ name }) => compared.includes(name));
  const groups: { readonly table: Table; readonly group: readonly Comparison[] }[] = [];
  for (const share of SHARES) {
    const ratePerSecond = Math.max(100, Math.round(share * capacity));
    const group = await compareSubjects(bench, { ...what, subjects: picked, ratePerSecond });
    const title =
      `hello12 at ${ratePerSecond} requests/s, ${share * 100} % of what the baseline can, ` +
      `${what.connections} connections`;
    groups.push({ table: tableOf(title, group), group });
  }
  const all = groups.flatMap(({ group }) => group);
  return {
    tables: groups.map(({ table }) => table),
    notes: [
      'A row whose answers per second stay below the rate could not keep it; `load late` is how late the load itself',
      'was with a free connection at hand, and is part of every figure on both sides.',
    ],
    wrong: all.flatMap((one) => summarize(one).wrong),
    data: { capacity, comparisons: dataOf(all) },
  };
}

/** Answers per second of the baseline when each connection asks again as soon as it is answered. */
async function measureCapacity(
  bench: Bench,
  what: {
    readonly baseline: Subject;
    readonly workload: Workload;
    readonly connections: number;
  },
): Promise<number> {
  const [measured] = await compareSubjects(bench, { ...what, subjects: [baseline] });
  const bursts = measured?.pairs.flatMap((pair) => [pair.baseline, pair.subject]) ?? [];
  const rate = quartiles(bursts.map((burst) => burst.answersPerSecond))?.median;
  if (rate === undefined) throw new Error('the baseline answers nothing');
  return rate;
}

function tableOf(title: string, group: readonly Comparison[]): Table {
  return {
    title,
    columns: [
      'subject',
      'p50 of baseline (quartiles)',
      'p99 of baseline (quartiles)',
      'p50',
      'p99',
      'answers/s',
      'CPU per answer',
      'load late p99',
      'clean pairs',
    ],
    rows: group.map((one) => {
      const summary = summarize(one);
      return [
        one.subject,
        formatQuartiles(summary.p50Ratio),
        formatQuartiles(summary.p99Ratio),
        formatUs(summary.p50Us),
        formatUs(summary.p99Us),
        `${Math.round(summary.answersPerSecond ?? 0)}`,
        formatUs(summary.cpuUs),
        formatUs(summary.lateP99Us),
        formatPairs(summary),
      ];
    }),
  };
}
