import { compareSubjects } from '../measure/compare-subjects.ts';
import { summarize, type Comparison } from '../measure/summary.ts';
import { dataOf } from '../report/comparison-data.ts';
import { tableOf } from '../report/comparison-table.ts';
import { startHost } from '../subjects/host-subject.ts';
import type { Subject } from '../subjects/subject.ts';
import { baseline as fastify, startPiscina } from '../subjects/subjects.ts';
import { workloadNamed } from '../workloads.ts';
import { burnWorkload, measureRoundsPerMs } from './burn-workload.ts';
import type { Bench, Part, PartReport } from './part.ts';

const HOG_MS = 100;
const CONNECTIONS = 64;
const THREADS = 2;

export const hog: Part = {
  name: 'hog',
  about: 'hello while another extension computes without a pause, of the same server without it',
  run: runHog,
};

const servers: readonly Subject[] = [
  {
    name: `host, ${THREADS} threads`,
    about: 'our host',
    cannot: [],
    start: () => startHost({ proc: 'async', threads: THREADS }),
  },
  {
    name: `piscina, ${THREADS} threads`,
    about: 'one `piscina.run` per request',
    cannot: [],
    start: () => startPiscina(THREADS),
  },
  fastify,
];

async function runHog(bench: Bench): Promise<PartReport> {
  const besideSubject = burnWorkload('hog', HOG_MS, measureRoundsPerMs());
  const workload = workloadNamed('hello12');
  const connections = bench.options.connections?.[0] ?? CONNECTIONS;
  const group: Comparison[] = [];
  for (const server of servers) {
    const what = { baseline: server, subjects: [server], workload, connections, besideSubject };
    group.push(...(await compareSubjects(bench, what)));
  }
  const title =
    `hello12, ${connections} connections, beside requests of ${HOG_MS} ms without a pause; ` +
    'the baseline is the same server without these';
  return {
    tables: [tableOf(title, group)],
    notes: [
      'The requests beside take a core as far as there is one, and their CPU time is in the column: what is left is what counts.',
    ],
    wrong: group.flatMap((one) => summarize(one).wrong),
    data: dataOf(group),
  };
}
