// npm run bench: holds subjects against plain Fastify, in one interleaved run. test/bench/README.md says how.
import { writeFile } from 'node:fs/promises';
import type { Load } from './load/load.ts';
import { createNodeLoad } from './load/node-load.ts';
import { createWrkLoad } from './load/wrk-load.ts';
import { compare, type Pair, type Sides } from './measure/compare.ts';
import { summarize, type Comparison } from './measure/summary.ts';
import { readOptions, type BenchOptions } from './options.ts';
import { describeMachine } from './report/machine.ts';
import { formatJson } from './report/json.ts';
import { formatTable } from './report/table.ts';
import { writeDocs } from './report/write-docs.ts';
import { baselineName, subjects, type Subject } from './subjects/subjects.ts';
import type { Workload } from './workloads.ts';

const options = readOptions(process.argv.slice(2));
if (typeof options === 'string') console.log(options);
else process.exitCode = await runBench(options);

/** @returns the exit code: 1 if any answer was wrong */
async function runBench(plan: BenchOptions): Promise<0 | 1> {
  const machine = describeMachine(plan);
  console.log(machine);
  const load = plan.load === 'wrk' ? createWrkLoad() : createNodeLoad();
  const comparisons: Comparison[] = [];
  try {
    for (const workload of plan.workloads) {
      for (const connections of connectionsOf(workload, plan)) {
        const group = await compareAll(plan, load, { workload, connections });
        console.log(`\n${formatTable(group)}`);
        comparisons.push(...group);
      }
    }
  } finally {
    load.close();
  }

  const wrong = comparisons.flatMap((one) => summarize(one).wrong);
  if (plan.jsonFile !== undefined) {
    await writeFile(plan.jsonFile, formatJson(machine, comparisons));
  }
  if (plan.docs === 'write') await writeDocs(machine, comparisons);
  return wrong.length > 0 ? 1 : 0;
}

/** Long transfers keep theirs: more of them at once only take longer. */
function connectionsOf(workload: Workload, plan: BenchOptions): readonly number[] {
  return workload.burstBy === 'answer'
    ? workload.connections
    : (plan.connections ?? workload.connections);
}

async function compareAll(
  plan: BenchOptions,
  load: Load,
  what: { readonly workload: Workload; readonly connections: number },
): Promise<Comparison[]> {
  const group: Comparison[] = [];
  for (const subject of plan.subjects) {
    if (subject.cannot.includes(what.workload.name)) continue;
    const pairs: Pair[] = [];
    for (let i = 0; i < plan.launches; i += 1) {
      pairs.push(...(await launch(subject, (sides) => compare(sides, load, { ...plan, ...what }))));
    }
    if (pairs.length > 0) group.push({ ...what, subject: subject.name, pairs });
    else console.log(`${subject.name} left out: this machine lacks what it needs`);
  }
  return group;
}

/** Starts baseline and subject anew, so that both are equally old. @returns nothing where the subject cannot run */
async function launch(
  subject: Subject,
  use: (sides: Sides) => Promise<readonly Pair[]>,
): Promise<readonly Pair[]> {
  const started = await subject.start();
  if (started === undefined) return [];
  try {
    const baseline = await subjects.find(({ name }) => name === baselineName)?.start();
    if (baseline === undefined) throw new Error('the baseline does not start');
    try {
      return await use({ baseline, subject: started });
    } finally {
      await baseline.close();
    }
  } finally {
    await started.close();
  }
}
