import { ask } from '../load/ask.ts';
import { holdConnections, holdSessions } from '../load/crowd.ts';
import { readMemory, readOpenFilesLimit, resetPeak } from '../measure/memory.ts';
import { startHost } from '../subjects/host-subject.ts';
import type { RunningSubject } from '../subjects/start-subject.ts';
import { baseline } from '../subjects/subjects.ts';
import { type Workload, workloadNamed } from '../workloads.ts';
import type { Bench } from './part.ts';

/** A server whose memory is looked at. */
export interface Side {
  readonly name: string;
  readonly kind: 'baseline' | 'host';
  /** @param env - variables of the host */
  start(threads: number, env?: NodeJS.ProcessEnv): Promise<RunningSubject>;
}

/** The two servers, side by side. */
export const sides: readonly Side[] = [
  { name: baseline.name, kind: 'baseline', start: startBaseline },
  {
    name: 'host',
    kind: 'host',
    start: (threads, env) => startHost({ proc: 'async', threads, ...(env && { env }) }),
  },
];

/** One figure. */
export interface Probe {
  readonly about: string;
  readonly of: readonly Side['kind'][];
  /** @returns bytes; NaN where the system does not tell */
  measure(bench: Bench, side: Side): Promise<number>;
}

const both = ['baseline', 'host'] as const;
const MORE_THREADS = 4;
const SESSION_THREADS = 2;
/** Files that a server and this process have open beside the connections. */
const OTHER_FILES = 200;

export function buildProbes(length: 'full' | 'short'): readonly Probe[] {
  const size =
    length === 'short'
      ? { connections: 100, sessions: 100, streamMiB: 8 }
      : { connections: 10_000, sessions: 5000, streamMiB: 1024 };
  const files = Math.max(1, (readOpenFilesLimit() ?? Number.POSITIVE_INFINITY) - OTHER_FILES);
  const connections = Math.min(size.connections, files);
  const sessions = Math.min(size.sessions, files);
  const growthAt = (name: 'upload' | 'download'): Probe => ({
    about: `growth of the peak, ${name} of ${size.streamMiB} MiB`,
    of: both,
    measure: (bench, side) =>
      measureGrowth(bench, side, workloadNamed(name, size.streamMiB * 1_048_576)),
  });
  return [
    { about: 'after a burst of hello, one thread', of: both, measure: measureBase },
    {
      about: 'a thread more',
      of: ['host'],
      measure: measureThread,
    },
    {
      about: `an idle connection, of ${connections}`,
      of: both,
      measure: (bench, side) => measureConnection(bench, side, connections),
    },
    {
      about: `an open session, half answered, of ${sessions}`,
      of: both,
      measure: (bench, side) => measureSession(bench, side, sessions),
    },
    growthAt('upload'),
    growthAt('download'),
  ];
}

async function startBaseline(): Promise<RunningSubject> {
  const started = await baseline.start();
  if (started === undefined) throw new Error('the baseline does not start');
  return started;
}

async function measureBase(bench: Bench, side: Side): Promise<number> {
  return withWarm(bench, side.start(1), (server) => Promise.resolve(residentOf(server)));
}

async function measureThread(bench: Bench, side: Side): Promise<number> {
  const few = await measureBase(bench, side);
  const many = await withWarm(bench, side.start(1 + MORE_THREADS), (server) =>
    Promise.resolve(residentOf(server)),
  );
  return (many - few) / MORE_THREADS;
}

async function measureConnection(bench: Bench, side: Side, count: number): Promise<number> {
  return withWarm(bench, side.start(1), async (server) => {
    const before = residentOf(server);
    const crowd = await holdConnections(server.port, workloadNamed('hello12'), count);
    const after = residentOf(server);
    await crowd.askAll(); // none of them was given up meanwhile
    crowd.close();
    return (after - before) / count;
  });
}

async function measureSession(bench: Bench, side: Side, count: number): Promise<number> {
  const env = {
    ISAPI_POOL_SESSIONS_PER_THREAD: `${Math.ceil(count / SESSION_THREADS) + 1}`, // one releases
    ISAPI_POOL_MAX_QUEUE: `${count}`,
    ISAPI_POOL_QUEUE_TIMEOUT_MS: '0',
    ISAPI_REQUEST_TIMEOUT_MS: '0',
  };
  return withWarm(bench, side.start(SESSION_THREADS, env), async (server) => {
    const before = residentOf(server);
    const sessions = await holdSessions(server.port, count);
    const after = residentOf(server);
    await ask(server.port, '/release');
    await sessions.ended();
    return (after - before) / count;
  });
}

async function measureGrowth(bench: Bench, side: Side, workload: Workload): Promise<number> {
  return withWarm(bench, side.start(1), async (server) => {
    resetPeak(server.pid);
    const before = residentOf(server);
    const seen = await bench.load.burst({
      port: server.port,
      workload,
      connections: 1,
      burstMs: 1, // one answer, however long it takes
    });
    if (seen.wrong.length > 0) throw new Error(`${side.name}: ${seen.wrong.join('; ')}`);
    return (readMemory(server.pid)?.peak ?? Number.NaN) - before;
  });
}

/** What every server has done before it is looked at: hello for a while, on all its threads. */
async function withWarm(
  { load, options }: Bench,
  starting: Promise<RunningSubject>,
  use: (server: RunningSubject) => Promise<number>,
): Promise<number> {
  const server = await starting;
  try {
    const workload = workloadNamed('hello12');
    const { burstMs } = options;
    const seen = await load.burst({ port: server.port, workload, connections: 64, burstMs });
    if (seen.wrong.length > 0) throw new Error(seen.wrong.join('; '));
    return await use(server);
  } finally {
    await server.close();
  }
}

/** @returns NaN where the system does not tell */
function residentOf({ pid }: RunningSubject): number {
  return readMemory(pid)?.now ?? Number.NaN;
}
