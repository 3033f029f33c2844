import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, ask } from '../load/ask.ts';
import { readMemory } from '../measure/memory.ts';
import { quantile } from '../measure/statistics.ts';
import { formatBytes, formatUs } from '../report/figures.ts';
import type { RunningSubject } from '../subjects/start-subject.ts';
import type { FaultFound, FaultSize } from './fault-found.ts';

/** As many as a thread takes, by `faults.config.ts`. */
const SESSIONS = 32;
const WAITING = 100;
/** Until all of them are where they are to be, ms. */
const SETTLE_MS = 200;

/** An answer, and when it was there. */
interface Timed extends Answer {
  readonly at: number;
}

/** A thread full of sessions dies, and more requests wait for it. */
export async function measureVictims(
  { port }: RunningSubject,
  { victims: rounds }: FaultSize,
): Promise<FaultFound> {
  const answeredMs: number[] = [];
  const servedMs: number[] = [];
  let unanswered = 0;
  let lost = 0;
  for (let round = 0; round < rounds; round += 1) {
    await askHello(port);
    const open = askMany(port, '/faults?wait', SESSIONS);
    await delay(SETTLE_MS);
    const waiting = askMany(port, '/hello', WAITING);
    await delay(SETTLE_MS);
    const diedAt = performance.now();
    await askRight(port, '/beside/faults?kill-other');
    const ended = await open;
    const served = await waiting;
    unanswered += ended.filter(({ status }) => status !== 502).length;
    lost += served.filter((answer) => !isHello(answer)).length;
    answeredMs.push(Math.max(...ended.map(({ at }) => at)) - diedAt);
    servedMs.push(Math.max(...served.map(({ at }) => at)) - diedAt);
  }
  const lastMs = Math.max(...answeredMs);
  return {
    rows: [
      {
        fault: `a thread with ${SESSIONS} sessions dies, of ${rounds}`,
        figure: `all answered after ${formatMs(lastMs)} at most`,
        goal: '250 ms',
      },
      {
        fault: `${WAITING} requests wait for the thread that dies`,
        figure: `${lost} lost, all served after ${formatMs(Math.max(...servedMs))} at most`,
        goal: '0 lost',
      },
    ],
    wrong: [
      ...(unanswered > 0 ? [`${unanswered} sessions of a thread that died not answered 502`] : []),
      ...(lost > 0 ? [`${lost} requests that waited for a thread that died lost`] : []),
    ],
    data: { answeredMs, servedMs },
  };
}

/** From the request that ends the only thread to the first answer of the next. */
export async function measureRecovery(
  { port }: RunningSubject,
  { deaths }: FaultSize,
): Promise<FaultFound> {
  const lengths: number[] = [];
  for (let i = 0; i < deaths; i += 1) {
    await askHello(port);
    const startedAt = performance.now();
    await die(port);
    await askHello(port);
    lengths.push(performance.now() - startedAt);
  }
  const sorted = lengths.toSorted((a, b) => a - b);
  const [p50, p99] = [quantile(sorted, 0.5), quantile(sorted, 0.99)];
  return {
    rows: [
      {
        fault: `the only thread of a pool dies, of ${deaths}`,
        figure: `full capacity after ${formatMs(p50)} p50, ${formatMs(p99)} p99`,
        goal: '100 ms p50, 500 ms p99',
      },
    ],
    data: { lengths },
  };
}

/** Threads die as fast as they come. Others died before: the memory of the first deaths is not growth. */
export async function measureStorm(
  { port, pid }: RunningSubject,
  { storm }: FaultSize,
): Promise<FaultFound> {
  const before = readMemory(pid)?.now ?? Number.NaN;
  const startedAt = performance.now();
  for (let i = 0; i < storm; i += 1) await die(port);
  const elapsedMs = performance.now() - startedAt;
  await askHello(port);
  const growth = (readMemory(pid)?.now ?? Number.NaN) - before;
  return {
    rows: [
      {
        fault: `${storm} threads die in a row, within ${(elapsedMs / 1000).toFixed(1)} s`,
        figure: `resident memory grows by ${formatBytes(growth)}; the pool serves`,
        goal: '30 MiB, of 1000 deaths',
      },
    ],
    data: { storm, elapsedMs, growth },
  };
}

async function die(port: number): Promise<void> {
  const { status } = await ask(port, '/faults?exit');
  if (status !== 502) throw new Error(`/faults?exit: ${status}, not 502`);
}

async function askMany(port: number, path: string, count: number): Promise<readonly Timed[]> {
  const one = async (): Promise<Timed> => {
    const answer = await ask(port, path).catch((error: unknown) => ({
      status: 0,
      text: String(error),
    }));
    return { ...answer, at: performance.now() };
  };
  return Promise.all(Array.from({ length: count }, one));
}

function askHello(port: number): Promise<void> {
  return askRight(port, '/hello');
}

async function askRight(port: number, path: string): Promise<void> {
  const answer = await ask(port, path);
  if (!isHello(answer)) throw new Error(`${path}: ${answer.status} "${answer.text}"`);
}

function isHello({ status, text }: Answer): boolean {
  return status === 200 && text === 'Hello';
}

function formatMs(ms: number | undefined): string {
  return formatUs(ms === undefined ? undefined : ms * 1000);
}
