// npm run bench: holds subjects against plain Fastify, in one interleaved run. test/bench/README.md says how.
import { writeFile } from 'node:fs/promises';
import { createNodeLoad } from './load/node-load.ts';
import { createWrkLoad } from './load/wrk-load.ts';
import { readOptions, type RunOptions } from './options.ts';
import type { PartReport } from './parts/part.ts';
import { describeRun } from './report/machine.ts';
import { formatText } from './report/table.ts';
import { writeDocs } from './report/write-docs.ts';

const args = process.argv.slice(2);
const options = tryToRead();
if (typeof options === 'string') console.log(options);
else process.exitCode = options === undefined ? 2 : await runBench(options);

/** @returns undefined for a command line that asks for what there is not; it is said */
function tryToRead(): RunOptions | string | undefined {
  try {
    return readOptions(args);
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    console.error('npm run bench -- --help tells what there is');
    return undefined;
  }
}

/** @returns the exit code: 1 if any answer was wrong */
async function runBench(plan: RunOptions): Promise<0 | 1> {
  const run = describeRun(args);
  console.log(run);
  const load = plan.load === 'wrk' ? createWrkLoad() : createNodeLoad();
  const bench = { options: plan, load, say: (line: string) => console.log(line) };
  const reports: Record<string, PartReport> = {};
  try {
    for (const part of plan.parts) {
      const { name, about } = part;
      console.log(`\n== ${name}: ${about}`);
      const report = await part.run(bench).catch(failedReport);
      print(report);
      reports[name] = report;
      const isWhole = report.tables.length > 0 && report.wrong.length === 0;
      if (plan.docs === 'write' && isWhole) await writeDocs(name, run, report);
    }
  } finally {
    load.close();
  }
  if (plan.jsonFile !== undefined) {
    await writeFile(plan.jsonFile, JSON.stringify({ run, reports }, undefined, 2));
  }
  return Object.values(reports).some(({ wrong }) => wrong.length > 0) ? 1 : 0;
}

/** A part that failed costs its own figures; the others are measured. */
function failedReport(error: unknown): PartReport {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { tables: [], wrong: [text], data: undefined };
}

function print({ tables, notes = [], wrong }: PartReport): void {
  for (const table of tables) console.log(`\n${formatText(table)}`);
  if (notes.length > 0) console.log(`\n${notes.join('\n')}`);
  for (const what of new Set(wrong)) console.log(`WRONG ${what}`);
}
