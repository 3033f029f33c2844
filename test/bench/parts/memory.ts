import { quartiles } from '../measure/statistics.ts';
import { formatBytes } from '../report/figures.ts';
import type { Bench, Part, PartReport } from './part.ts';
import { buildProbes, type Probe, type Side, sides } from './memory-probes.ts';

export const memory: Part = {
  name: 'memory',
  about:
    'resident memory: at rest, per thread, idle connection and open session, while 1 GiB passes',
  run: runMemory,
};

/** Each figure from a server started for it, as often as servers are launched. */
async function runMemory(bench: Bench): Promise<PartReport> {
  const found: { readonly probe: Probe; readonly bytes: ReadonlyMap<Side, number[]> }[] = [];
  for (const probe of buildProbes(bench.options.length)) {
    const bytes = new Map<Side, number[]>();
    for (let launch = 0; launch < bench.options.launches; launch += 1) {
      for (const side of sides.filter(({ kind }) => probe.of.includes(kind))) {
        const seen = await probe.measure(bench, side);
        bytes.set(side, [...(bytes.get(side) ?? []), seen]);
      }
    }
    found.push({ probe, bytes });
  }
  return {
    tables: [
      {
        title: `Resident memory, median of ${bench.options.launches}`,
        columns: ['what', ...sides.map(({ name }) => name)],
        rows: found.map(({ probe, bytes }) => [
          probe.about,
          ...sides.map((side) => formatBytes(quartiles(bytes.get(side) ?? [])?.median)),
        ]),
      },
    ],
    wrong: [],
    data: found.map(({ probe, bytes }) => ({
      about: probe.about,
      bytes: [...bytes].map(([side, seen]) => [side.name, seen]),
    })),
  };
}
