import { availableParallelism } from 'node:os';
import type { Burst } from '../measure/burst.ts';
import { compareSubjects } from '../measure/compare-subjects.ts';
import { summarize, type Comparison } from '../measure/summary.ts';
import { dataOf } from '../report/comparison-data.ts';
import { formatRatio, formatUs } from '../report/figures.ts';
import { type Capacity, type HopCost, manyProcesses, oneProcess } from '../report/scale-model.ts';
import type { Table } from '../report/table.ts';
import { baseline, subjects } from '../subjects/subjects.ts';
import { workloadNamed } from '../workloads.ts';
import type { Bench, Part, PartReport } from './part.ts';

const CONNECTIONS = 64;
const MODELLED = 'host-async';
const shown = [MODELLED, 'host-blocking'];
/** Microseconds that an extension computes by itself. */
const WORK_US = [0, 100, 2000];

export const model: Part = {
  name: 'model',
  about: 'what an answer costs on either side of the crossing, and what more cores would give',
  run: runModel,
};

async function runModel(bench: Bench): Promise<PartReport> {
  const workload = workloadNamed('hello12');
  const group = await compareSubjects(bench, {
    baseline,
    subjects: subjects.filter(({ name }) => shown.includes(name)),
    workload,
    connections: bench.options.connections?.[0] ?? CONNECTIONS,
  });
  const fastifyUs = costOf(group.flatMap(({ pairs }) => pairs.map((pair) => pair.baseline)));
  const rows = group.map((one) => ({ name: one.subject, cost: costOf(burstsOf(one)) }));
  const modelled = rows.find(({ name }) => name === MODELLED)?.cost;
  if (modelled === undefined || fastifyUs === undefined) {
    return {
      tables: [],
      notes: ['This system does not tell CPU time.'],
      wrong: [],
      data: dataOf(group),
    };
  }
  return {
    tables: [
      {
        title: 'Where an answer’s CPU time is spent, hello12',
        columns: ['subject', 'main thread', 'other threads', 'one main thread answers at most'],
        rows: [
          formatCost(baseline.name, fastifyUs),
          ...rows.map(({ name, cost }) => formatCost(name, cost)),
        ],
      },
      tableOf(modelled, fastifyUs.frontEndUs + fastifyUs.threadUs),
    ],
    notes: [
      'Computed from the first table, not measured: P processes with T threads answer min(P / f, T / (t + w)) requests',
      `a second; f is CPU time in the main thread, t in the other threads (${MODELLED}), w the extension’s own. \`best\` takes the P`,
      'that answers most with P + T cores, a core for each: where one of these idles, the system lends its core and the true',
      'rate is higher. Fastify in a cluster answers cores / (c + w), c being all its CPU time.',
      'The load, the network’s interrupts and the memory’s bandwidth are left out: they are the limits beyond these.',
    ],
    wrong: group.flatMap((one) => summarize(one).wrong),
    data: dataOf(group),
  };
}

function burstsOf({ pairs }: Comparison): readonly Burst[] {
  return pairs.map((pair) => pair.subject);
}

/** Over all bursts together. @returns undefined where the system does not tell */
function costOf(bursts: readonly Burst[]): HopCost | undefined {
  let answers = 0;
  let mainMs = 0;
  let allMs = 0;
  for (const { answers: more, mainThreadsCpuMs, serverCpuMs } of bursts) {
    if (mainThreadsCpuMs === undefined || serverCpuMs === undefined) return undefined;
    answers += more;
    mainMs += mainThreadsCpuMs;
    allMs += serverCpuMs;
  }
  if (answers === 0) return undefined;
  return { frontEndUs: (mainMs * 1000) / answers, threadUs: ((allMs - mainMs) * 1000) / answers };
}

function formatCost(name: string, cost: HopCost | undefined): readonly string[] {
  const most = cost && `${Math.round(1e6 / cost.frontEndUs)}/s`;
  return [name, formatUs(cost?.frontEndUs), formatUs(cost?.threadUs), most ?? '-'];
}

function tableOf(cost: HopCost, fastifyUs: number): Table {
  const cores = [...new Set([Math.max(2, availableParallelism()), 4, 16, 64])];
  return {
    title: 'What more cores would give',
    columns: [
      'cores',
      'own work',
      'one process',
      'its limit',
      'best',
      'processes + threads',
      'of a Fastify cluster',
    ],
    rows: cores.flatMap((count) =>
      WORK_US.map((workUs) => formatModel(count, cost, workUs, fastifyUs)),
    ),
  };
}

function formatModel(
  cores: number,
  cost: HopCost,
  workUs: number,
  fastifyUs: number,
): readonly string[] {
  const one = oneProcess(cores, cost, workUs);
  const best = manyProcesses(cores, cost, workUs);
  const cluster = (cores * 1e6) / (fastifyUs + workUs);
  return [
    `${cores}`,
    formatUs(workUs),
    formatRate(one),
    one.limit,
    formatRate(best),
    `${best.processes} + ${best.threads}`,
    formatRatio(best.answersPerSecond / cluster),
  ];
}

function formatRate({ answersPerSecond }: Capacity): string {
  return `${Math.round(answersPerSecond)}/s`;
}
