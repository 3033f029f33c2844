import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ask, askUntilBegun } from '../load/ask.ts';
import type { LoadResult } from '../load/load.ts';
import { quantile } from '../measure/statistics.ts';
import { patternOf, unit } from '../pattern.ts';
import { formatRatio, formatUs } from '../report/figures.ts';
import type { RunningSubject } from '../subjects/start-subject.ts';
import { type Workload, workloadNamed } from '../workloads.ts';
import { type FaultFound, type FaultSize, withHost } from './fault-found.ts';
import type { Bench } from './part.ts';

/** Of hello beside floods: far less than the host can do. */
const RATE = 500;
const CONNECTIONS = 8;
const SPINNING = 8;
const PAGE_BYTES = 10_240;

const hello: Workload = { ...workloadNamed('hello'), path: '/beside/hello' };
const page: Workload = {
  name: 'page',
  about: 'static file of 10 KiB',
  method: 'GET',
  path: '/page.txt',
  headers: hello.headers,
  body: undefined,
  answer: { unit, bytes: PAGE_BYTES, headers: { 'content-type': 'text/plain; charset=utf-8' } },
  connections: [CONNECTIONS],
  burstBy: 'time',
};

/** Hello of another pool while a thread floods the host, is killed, and the next one floods it. */
export async function measureFloods(
  bench: Bench,
  { port }: RunningSubject,
  { besideMs }: FaultSize,
): Promise<FaultFound> {
  const askBeside = (): Promise<LoadResult> =>
    bench.load.burst({
      port,
      workload: hello,
      connections: 64,
      burstMs: besideMs,
      ratePerSecond: RATE,
    });
  await askBeside();
  const calm = await askBeside();
  const messages = await repeatBeside(askBeside(), () => floodMessages(port));
  const lines = await repeatBeside(askBeside(), () => floodLines(port));
  const killedMs = messages.lengths.toSorted((a, b) => a - b);
  const rowOf = (fault: string, { p99Us }: LoadResult): FaultFound['rows'][number] => ({
    fault: `${fault}: hello of another pool, p99`,
    figure: formatUs(p99Us),
    without: formatUs(calm.p99Us),
    goal: '25 ms',
  });
  const killed = [quantile(killedMs, 0.5), killedMs.at(-1)].map((ms) => formatUs((ms ?? 0) * 1000));
  return {
    rows: [
      rowOf(`${killedMs.length} floods of messages, one after the other`, messages.beside),
      {
        fault: 'the thread that floods with messages is killed',
        figure: `after ${killed.join(', at most ')}`,
        goal: '100 ms',
      },
      rowOf(`${lines.lengths.length} floods of 100,000 log lines`, lines.beside),
    ],
    wrong: [calm, messages.beside, lines.beside].flatMap(({ wrong }) => wrong),
    data: { calm, messages, lines },
  };
}

/** Static files while more threads than cores compute without end. */
export async function measureSpinning(bench: Bench, size: FaultSize): Promise<FaultFound> {
  const spin = (port: number): void => {
    for (let i = 0; i < SPINNING; i += 1) ask(port, '/faults?spin').catch(() => undefined);
  };
  const { calm, beside, wrong } = await measureStatic(bench, size, SPINNING, spin);
  const rate = (beside.answers / beside.elapsedMs / calm.answers) * calm.elapsedMs;
  return {
    rows: [
      {
        fault: `${SPINNING} spinning threads: static files, part of the normal rate`,
        figure: formatRatio(rate),
        without: `${Math.round((calm.answers / calm.elapsedMs) * 1000)}/s`,
        goal: '0.15',
      },
      {
        fault: `${SPINNING} spinning threads: static file, p99`,
        figure: formatUs(beside.p99Us),
        without: formatUs(calm.p99Us),
        goal: '50 ms',
      },
    ],
    wrong,
    data: { calm, beside },
  };
}

/** Static files while a thread keeps all threads of libuv busy. */
export async function measureHashes(bench: Bench, size: FaultSize): Promise<FaultFound> {
  const { calm, beside, wrong } = await measureStatic(bench, size, 1, (port) => {
    ask(port, '/faults?hashes').catch(() => undefined);
  });
  return {
    rows: [
      {
        fault: 'libuv hog: static file, p99',
        figure: formatUs(beside.p99Us),
        without: formatUs(calm.p99Us),
        goal: '100 ms',
      },
    ],
    wrong,
    data: { calm, beside },
  };
}

interface StaticBeside {
  readonly calm: LoadResult;
  readonly beside: LoadResult;
  readonly wrong: readonly string[];
}

/** @param begin - provokes what never ends; the end of the host ends it */
async function measureStatic(
  { load }: Bench,
  { besideMs }: FaultSize,
  threads: number,
  begin: (port: number) => void,
): Promise<StaticBeside> {
  const site = await mkdtemp(join(tmpdir(), 'isapi-bench-'));
  try {
    await writeFile(join(site, 'page.txt'), patternOf(PAGE_BYTES));
    return await withHost(
      threads,
      async ({ port }) => {
        const what = { port, workload: page, connections: CONNECTIONS, burstMs: besideMs };
        await load.burst(what);
        const calm = await load.burst(what);
        begin(port);
        await load.burst({ ...what, burstMs: besideMs / 10 }); // by then it is under way
        const beside = await load.burst(what);
        return { calm, beside, wrong: [...calm.wrong, ...beside.wrong] };
      },
      site,
    );
  } finally {
    await rm(site, { recursive: true });
  }
}

/** Does something again and again, once at least, until what runs beside it is over. */
async function repeatBeside(
  running: Promise<LoadResult>,
  act: () => Promise<number>,
): Promise<{ readonly beside: LoadResult; readonly lengths: readonly number[] }> {
  const over = new AbortController();
  const ended = running.finally(() => over.abort());
  const lengths: number[] = [];
  do lengths.push(await act());
  while (!over.signal.aborted);
  return { beside: await ended, lengths };
}

/** @returns ms from the first bytes of its answer until it is cut off */
async function floodMessages(port: number): Promise<number> {
  const answer = await askUntilBegun(port, '/faults?messages');
  const startedAt = performance.now();
  const isCut = await answer.rest().then(
    () => false,
    () => true,
  );
  if (!isCut) throw new Error('/faults?messages: answered, not cut off');
  return performance.now() - startedAt;
}

/** @returns ms until it is answered: its lines are dropped, and it is not killed */
async function floodLines(port: number): Promise<number> {
  const startedAt = performance.now();
  const { status, text } = await ask(port, '/faults?lines');
  if (status !== 200 || text !== 'Hello') throw new Error(`/faults?lines: ${status} "${text}"`);
  return performance.now() - startedAt;
}
