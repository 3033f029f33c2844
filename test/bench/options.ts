import { parseArgs } from 'node:util';
import type { BenchOptions } from './bench-options.ts';
import type { Part } from './parts/part.ts';
import { parts } from './parts/parts.ts';
import { subjects } from './subjects/subjects.ts';
import { buildWorkloads } from './workloads.ts';

/** What is to be run, and where the figures go. */
export interface RunOptions extends BenchOptions {
  readonly parts: readonly Part[];
  readonly jsonFile: string | undefined;
  readonly docs: 'write' | 'leave';
}

/**
 * @returns a text to print where it is not to run at all
 * @throws Error - what is wrong with the arguments
 */
export function readOptions(args: readonly string[]): RunOptions | string {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
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
  if (values.help) return describeUsage();
  const size = values.short
    ? { pairs: 1, launches: 1, warmUps: 0, burstMs: 100, streamMiB: 8, connections: '8' }
    : { pairs: 9, launches: 3, warmUps: 3, burstMs: 400, streamMiB: 256, connections: undefined };
  const { load } = values;
  if (load !== 'node' && load !== 'wrk') throw new Error(`--load ${load}: expected node or wrk`);

  const connections = values.connections ?? size.connections;
  const allPairs = readCount('--pairs', values.pairs ?? `${size.pairs}`);
  const launches = Math.min(
    allPairs,
    readCount('--launches', values.launches ?? `${size.launches}`),
  );
  const pairs = Math.ceil(allPairs / launches);
  return {
    parts: positionals.length === 0 ? parts : pick('part', positionals, parts),
    subjects: pickListed('--subjects', values.subjects, subjects),
    workloads: pickListed(
      '--workloads',
      values.workloads,
      buildWorkloads(size.streamMiB * 1_048_576),
    ),
    connections: connections?.split(',').map((text) => readCount('--connections', text)),
    launches,
    pairs,
    maxPairs: values.short ? pairs : 2 * pairs,
    warmUps: size.warmUps,
    burstMs: readCount('--burst-ms', values['burst-ms'] ?? `${size.burstMs}`),
    length: values.short ? 'short' : 'full',
    load,
    jsonFile: values.json,
    docs: values['write-docs'] ? 'write' : 'leave',
  };
}

function describeUsage(): string {
  return `Holds the host against other servers, all started on this machine. Every ratio comes from one interleaved run.

  npm run bench                      every part; takes about an hour
  npm run bench -- PART ... [options]
  npm run bench:peers                installs the servers that are no dependencies: ${subjectsThatNeed('bench:peers')}

Parts
${list(parts)}

Options
  --short             are the answers right: the least of everything, no figure to rely on
  --write-docs        puts the figures of these parts into docs/performance.md
  --json FILE         writes all that was measured
  --pairs 9           clean pairs of bursts per comparison
  --launches 3        fresh starts of both servers that these are spread over
  --burst-ms 400      length of a burst
  --connections 1,64  instead of those of a workload or part; long transfers keep theirs
  --subjects a,b      of throughput and latency, only these
  --workloads a,b     of throughput, only these
  --load node|wrk     what makes the load

Subjects
${list(subjects)}

Workloads
${list(buildWorkloads(256 * 1_048_576))}

Exits with 1 if one byte of one answer was wrong, with 2 for a command line it does not know. No time is asserted. test/bench/README.md says how it measures.`;
}

function list(rows: readonly { readonly name: string; readonly about: string }[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n');
}

function subjectsThatNeed(words: string): string {
  const needy = subjects.filter(({ needs = '' }) => needs.includes(words));
  return needy.map(({ name }) => name).join(', ');
}

function pickListed<T extends { readonly name: string }>(
  option: string,
  names: string | undefined,
  all: readonly T[],
): readonly T[] {
  return names === undefined ? all : pick(option, names.split(','), all);
}

function pick<T extends { readonly name: string }>(
  what: string,
  names: readonly string[],
  all: readonly T[],
): readonly T[] {
  return names.map((name) => {
    const found = all.find((one) => one.name === name);
    const known = all.map((one) => one.name).join(', ');
    if (found === undefined) throw new Error(`${what} ${name}: expected one of ${known}`);
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
