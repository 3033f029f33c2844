import type { BenchOptions } from '../bench-options.ts';
import { compareSubjects } from '../measure/compare-subjects.ts';
import { summarize, type Comparison } from '../measure/summary.ts';
import { dataOf } from '../report/comparison-data.ts';
import { drawChart } from '../report/chart.ts';
import { tableOf, titleOf } from '../report/comparison-table.ts';
import { baseline } from '../subjects/subjects.ts';
import type { Workload } from '../workloads.ts';
import type { Bench, Part, PartReport } from './part.ts';

export const throughput: Part = {
  name: 'throughput',
  about: 'every subject under every workload, of plain Fastify',
  run: runThroughput,
};

async function runThroughput(bench: Bench): Promise<PartReport> {
  const { options } = bench;
  const groups: (readonly Comparison[])[] = [];
  for (const workload of options.workloads) {
    for (const connections of connectionsOf(workload, options)) {
      const subjects = options.subjects.filter(({ cannot }) => !cannot.includes(workload.name));
      groups.push(await compareSubjects(bench, { baseline, subjects, workload, connections }));
    }
  }
  const comparisons = groups.flat();
  return {
    tables: groups.map((group) => tableOf(titleOf(group), group)),
    chart: { about: 'Throughput as a part of plain Fastify’s', svg: drawChart(groups) },
    wrong: comparisons.flatMap((one) => summarize(one).wrong),
    data: dataOf(comparisons),
  };
}

/** Long transfers keep theirs: more of them at once only take longer. */
function connectionsOf(workload: Workload, options: BenchOptions): readonly number[] {
  return workload.burstBy === 'answer'
    ? workload.connections
    : (options.connections ?? workload.connections);
}
