import { availableParallelism } from 'node:os';
import { compareSubjects } from '../measure/compare-subjects.ts';
import { summarize } from '../measure/summary.ts';
import { dataOf } from '../report/comparison-data.ts';
import { tableOf, titleOf } from '../report/comparison-table.ts';
import { startHost } from '../subjects/host-subject.ts';
import type { Subject } from '../subjects/subject.ts';
import { baseline as fastify } from '../subjects/subjects.ts';
import { burnWorkload, measureRoundsPerMs } from './burn-workload.ts';
import type { Bench, Part, PartReport } from './part.ts';

const WORK_MS = 2;
const CONNECTIONS = 8;

export const scaling: Part = {
  name: 'scaling',
  about: 'procs that compute for 2 ms, on more and more threads, of one thread',
  run: runScaling,
};

async function runScaling(bench: Bench): Promise<PartReport> {
  const workload = burnWorkload('cpu', WORK_MS, measureRoundsPerMs());
  const [baseline, ...more] = threadCounts().map(hostWith);
  if (baseline === undefined) throw new Error('no number of threads to try');
  const subjects = [baseline, ...more, fastify];
  const what = { baseline, subjects, workload, connections: CONNECTIONS };
  const group = await compareSubjects(bench, what);
  return {
    tables: [tableOf(`${titleOf(group)}; the baseline is ${baseline.name}`, group)],
    wrong: group.flatMap((one) => summarize(one).wrong),
    data: dataOf(group),
  };
}

/** 1 and 2, and from there doubled as far as there are cores. */
function threadCounts(): readonly number[] {
  const counts = [1, 2];
  for (let next = 4; next <= availableParallelism(); next *= 2) counts.push(next);
  return counts;
}

function hostWith(threads: number): Subject {
  return {
    name: `host, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    about: 'our host',
    cannot: [],
    start: () => startHost({ proc: 'async', threads }),
  };
}
