import { performance } from 'node:perf_hooks';
import { ask } from '../load/ask.ts';
import { quartiles } from '../measure/statistics.ts';
import { formatUs } from '../report/figures.ts';
import { startHost } from '../subjects/host-subject.ts';
import type { RunningSubject } from '../subjects/start-subject.ts';
import { baseline } from '../subjects/subjects.ts';
import { writeNewModules } from './new-modules.ts';
import type { Bench, Part, PartReport } from './part.ts';

/** When a request is answered for a thread that does not come back. */
const DEADLINE_MS = 1000;

/** Asked so often for a right answer. Where a thread needs longer to start than the deadline, the first gets 504. */
const MAX_TRIES = 20;

export const cold: Part = {
  name: 'cold',
  about:
    'the first answer: of a start, of an extension nobody asked yet, of the thread after one that died',
  run: runCold,
};

/** Lengths in milliseconds, by what was timed; each row names the row it is held against. */
class Samples {
  readonly #rows = new Map<string, { readonly than: string; readonly lengths: number[] }>();

  add(name: string, than: string, length: number): void {
    const row = this.#rows.get(name) ?? { than, lengths: [] };
    row.lengths.push(length);
    this.#rows.set(name, row);
  }

  get rows(): readonly (readonly string[])[] {
    return [...this.#rows].map(([name, { than, lengths }]) => [
      name,
      formatMs(this.#median(name)),
      formatMs(Math.max(...lengths)),
      than,
      formatMs(this.#median(than)),
      `${lengths.length}`,
    ]);
  }

  get data(): unknown {
    return Object.fromEntries(this.#rows);
  }

  #median(name: string): number | undefined {
    return quartiles(this.#rows.get(name)?.lengths ?? [])?.median;
  }
}

async function runCold({ options }: Bench): Promise<PartReport> {
  const rounds = options.length === 'short' ? 1 : options.pairs * options.launches;
  const samples = new Samples();
  for (let round = 0; round < rounds; round += 1) {
    await timeStarts(samples);
    await timeNewModules(samples);
    await timeReplacements(samples);
  }
  return {
    tables: [
      {
        title: 'Cold paths',
        columns: [
          'from … to the first right answer',
          'median',
          'worst',
          'baseline',
          'its median',
          'times',
        ],
        rows: samples.rows,
      },
    ],
    notes: [
      'The host answers 504 at the deadline; the thread then has a grace to end the session before it is killed,',
      'which is in the last row.',
    ],
    wrong: [],
    data: samples.data,
  };
}

/** From starting the process to its first answer; of the host with its admin server, as it is started by default. */
async function timeStarts(samples: Samples): Promise<void> {
  const plain = 'start of plain Fastify';
  const env = { ISAPI_ADMIN: 'true' };
  for (const [name, start] of [
    [plain, () => baseline.start()],
    ['`isapi start`', () => startHost({ proc: 'async', threads: 1, env })],
  ] as const) {
    const startedAt = performance.now();
    const server = await start();
    if (server === undefined) throw new Error(`${name}: it does not start`);
    try {
      await askUntilRight(server, '/hello');
      samples.add(name, plain, performance.now() - startedAt);
    } finally {
      await server.close();
    }
  }
}

/** From asking an extension for the first time to its answer, thread and host being up. */
async function timeNewModules(samples: Samples): Promise<void> {
  const modules = await writeNewModules();
  const env = { BENCH_MODULES: modules.folder };
  try {
    await withHost(env, async (host) => {
      await askUntilRight(host, '/hello');
      const warm = 'an extension that is loaded';
      samples.add(warm, warm, await askUntilRight(host, '/hello'));
      for (const { about, path } of modules.rows) {
        samples.add(about, warm, await askUntilRight(host, path));
      }
    });
  } finally {
    await modules.remove();
  }
}

/** From the answer for a thread that died to the first answer of the next thread. */
async function timeReplacements(samples: Samples): Promise<void> {
  const env = { ISAPI_REQUEST_TIMEOUT_MS: `${DEADLINE_MS}`, ISAPI_RAPID_FAIL_MAX: '0' };
  await withHost(env, async (host) => {
    const alive = 'an extension that is loaded';
    for (const [about, path] of [
      ['a thread that ended itself', '/dies?exit'],
      ['a thread that missed its deadline', '/dies?loop'],
    ] as const) {
      await askUntilRight(host, '/hello');
      const { status } = await ask(host.port, path);
      if (status < 500) throw new Error(`${path}: ${status}`);
      samples.add(about, alive, await askUntilRight(host, '/hello'));
    }
  });
}

async function withHost(
  env: NodeJS.ProcessEnv,
  use: (host: RunningSubject) => Promise<void>,
): Promise<void> {
  const host = await startHost({ proc: 'async', threads: 1, env });
  try {
    await use(host);
  } finally {
    await host.close();
  }
}

/** @returns milliseconds to the end of the first right answer */
async function askUntilRight({ port }: RunningSubject, path: string): Promise<number> {
  const startedAt = performance.now();
  for (let tries = 1; ; tries += 1) {
    const { status, text } = await ask(port, path);
    if (status === 200 && text === 'Hello') return performance.now() - startedAt;
    const isOver = status === 200 || tries === MAX_TRIES;
    if (isOver) throw new Error(`${path}: ${status} "${text}"`);
  }
}

function formatMs(ms: number | undefined): string {
  return formatUs(ms === undefined ? undefined : ms * 1000);
}
