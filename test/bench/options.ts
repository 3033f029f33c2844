import { parseArgs } from 'node:util';
import { subjects, type Subject } from './subjects/subjects.ts';
import { buildWorkloads, type Workload } from './workloads.ts';

const USAGE = `Usage: npm run bench -- [options]
  --subjects a,b      only these (${subjects.map(({ name }) => name).join(', ')})
  --workloads a,b     only these (${buildWorkloads(0)
    .map(({ name }) => name)
    .join(', ')})
  --connections 1,64  instead of each workload's own; long transfers keep theirs
  --pairs 9           clean pairs of bursts per comparison
  --launches 3        fresh starts of both servers that these are spread over
  --burst-ms 400      length of a burst
  --short             are the answers right: one pair of short bursts each, no figure to rely on
  --load node|wrk     what makes the load
  --json FILE         also write all bursts as JSON
  --write-docs        also write docs/performance.md and its chart`;

/** What is to be run, and where the figures go. */
export interface BenchOptions {
  readonly subjects: readonly Subject[];
  readonly workloads: readonly Workload[];
  /** Instead of each workload's own. */
  readonly connections: readonly number[] | undefined;
  /**
   * Times that both servers are started anew. One in ten or so stays a third slower than its twin for all its life,
   * so that one launch must not decide.
   */
  readonly launches: number;
  /** Clean pairs wanted, per launch, and pairs run at most to get them. */
  readonly pairs: number;
  readonly maxPairs: number;
  readonly warmUps: number;
  readonly burstMs: number;
  readonly load: 'node' | 'wrk';
  readonly jsonFile: string | undefined;
  readonly docs: 'write' | 'leave';
}

/** @returns a text to print where it is not to run at all */
export function readOptions(args: readonly string[]): BenchOptions | string {
  const { values } = parseArgs({
    args: [...args],
    options: {
      subjects: { type: 'string' },
      workloads: { type: 'string' },
      connections: { type: 'string' },
      pairs: { type: 'string' },
      launches: { type: 'string' },
      'burst-ms': { type: 'string' },
      short: { type: 'boolean', default: false },
      load: { type: 'string', default: 'node' },
      json: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return USAGE;
  const size = values.short
    ? { pairs: 1, launches: 1, warmUps: 0, burstMs: 100, streamMiB: 8, connections: '8' }
    : { pairs: 9, launches: 3, warmUps: 3, burstMs: 400, streamMiB: 256, connections: undefined };
  const { load } = values;
  if (load !== 'node' && load !== 'wrk') throw new Error(`--load ${load}: expected node or wrk`);

  const connections = values.connections ?? size.connections;
  const counts = connections?.split(',').map((text) => readCount('--connections', text));
  const allPairs = readCount('--pairs', values.pairs ?? `${size.pairs}`);
  const launches = Math.min(
    allPairs,
    readCount('--launches', values.launches ?? `${size.launches}`),
  );
  const pairs = Math.ceil(allPairs / launches);
  return {
    subjects: pick('--subjects', values.subjects, subjects),
    workloads: pick('--workloads', values.workloads, buildWorkloads(size.streamMiB * 1_048_576)),
    connections: counts,
    launches,
    pairs,
    maxPairs: values.short ? pairs : 2 * pairs,
    warmUps: size.warmUps,
    burstMs: readCount('--burst-ms', values['burst-ms'] ?? `${size.burstMs}`),
    load,
    jsonFile: values.json,
    docs: values['write-docs'] ? 'write' : 'leave',
  };
}

function pick<T extends { readonly name: string }>(
  option: string,
  list: string | undefined,
  all: readonly T[],
): readonly T[] {
  if (list === undefined) return all;
  return list.split(',').map((name) => {
    const found = all.find((one) => one.name === name);
    const known = all.map((one) => one.name).join(', ');
    if (found === undefined) throw new Error(`${option} ${name}: expected one of ${known}`);
    return found;
  });
}

function readCount(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`${option} ${text}: expected a whole number from 1`);
  }
  return count;
}
