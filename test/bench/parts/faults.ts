import { type FaultSize, withHost } from './fault-found.ts';
import type { Bench, Part, PartReport } from './part.ts';
import { measureRecovery, measureStorm, measureVictims } from './thread-deaths.ts';
import { measureFloods, measureHashes, measureSpinning } from './rogue-threads.ts';

const full: FaultSize = { victims: 5, deaths: 20, storm: 200, besideMs: 3000 };
const short: FaultSize = { victims: 1, deaths: 2, storm: 3, besideMs: 200 };

export const faults: Part = {
  name: 'faults',
  about: 'how soon all is as before when threads die, and what others notice of rogue ones',
  run: runFaults,
};

async function runFaults(bench: Bench): Promise<PartReport> {
  const size = bench.options.length === 'short' ? short : full;
  const found = [
    ...(await withHost(1, async (host) => [
      await measureVictims(host, size),
      await measureRecovery(host, size),
      await measureStorm(host, size),
    ])),
    ...(await withHost(1, async (host) => [await measureFloods(bench, host, size)])),
    await measureSpinning(bench, size),
    await measureHashes(bench, size),
  ];
  return {
    tables: [
      {
        title: 'Faults',
        columns: ['fault', 'measured', 'without it', 'goal'],
        rows: found
          .flatMap(({ rows }) => rows)
          .map(({ fault, figure, without = '', goal = '' }) => [fault, figure, without, goal]),
      },
    ],
    notes: [
      'Pools have one thread, so that capacity is back with the first answer of the next. Times of floods and static files are those of',
      'load in a process of its own on the same cores: hello at a fixed rate, from when it was due, and static files on 8 connections.',
    ],
    wrong: found.flatMap(({ wrong = [] }) => wrong),
    data: found.map(({ data }) => data),
  };
}
