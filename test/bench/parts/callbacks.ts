import { ask } from '../load/ask.ts';
import { timeBareRoundTrips } from '../measure/bare-round-trip.ts';
import { quantile } from '../measure/statistics.ts';
import { formatRatio, formatUs } from '../report/figures.ts';
import { startHost } from '../subjects/host-subject.ts';
import type { Bench, Part, PartReport } from './part.ts';

const BARE = 'bare threads: message, Atomics.wait, message';

export const callbacks: Part = {
  name: 'callbacks',
  about: 'a call that the host has to answer, there and back, of what two bare threads need',
  run: runCallbacks,
};

/** In turn, as often as servers are launched: one more of each kind. */
async function runCallbacks({ options }: Bench): Promise<PartReport> {
  const count = options.length === 'short' ? 100 : 5000;
  const samples = new Map<string, number[]>([
    [BARE, []],
    ['serverSupportFunctionSync', []],
    ['serverSupportFunction, awaited', []],
  ]);
  for (let launch = 0; launch < options.launches; launch += 1) {
    const host = await startHost({ proc: 'async', threads: 1 });
    try {
      await timeCalls(host.port, 'blocking', count); // compiles
      for (let turn = 0; turn < options.pairs; turn += 1) {
        samples.get(BARE)?.push(...(await timeBareRoundTrips(count)));
        for (const [name, kind] of kinds) {
          samples.get(name)?.push(...(await timeCalls(host.port, kind, count)));
        }
      }
    } finally {
      await host.close();
    }
  }
  const bare = median(samples.get(BARE) ?? []);
  return {
    tables: [
      {
        title: 'One call to the host and its reply, nothing else going on',
        columns: ['call', 'p50', 'p99', 'of baseline', 'calls'],
        rows: [...samples].map(([name, lengths]) => formatRow(name, lengths, bare)),
      },
    ],
    wrong: [],
    data: Object.fromEntries(samples),
  };
}

const kinds = [
  ['serverSupportFunctionSync', 'blocking'],
  ['serverSupportFunction, awaited', 'awaited'],
] as const;

async function timeCalls(port: number, kind: string, count: number): Promise<number[]> {
  const { status, text } = await ask(port, `/callbacks?${kind},${count}`);
  const lengths = status === 200 ? (JSON.parse(text) as number[]) : [];
  if (lengths.length !== count) throw new Error(`/callbacks answers ${status} ${text}`);
  return lengths;
}

function formatRow(
  name: string,
  lengths: readonly number[],
  bare: number | undefined,
): readonly string[] {
  const sorted = Float64Array.from(lengths).toSorted();
  const p50 = quantile(sorted, 0.5);
  const ratio = p50 === undefined || bare === undefined ? undefined : p50 / bare;
  const p99 = quantile(sorted, 0.99);
  return [name, formatUs(p50), formatUs(p99), formatRatio(ratio), `${lengths.length}`];
}

function median(lengths: readonly number[]): number | undefined {
  return quantile(Float64Array.from(lengths).toSorted(), 0.5);
}
