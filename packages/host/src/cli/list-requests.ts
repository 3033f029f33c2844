import type { PoolStatus, RequestStatus, ThreadStatus } from '../dispatch/pool-status.ts';
import type { Texts } from '../config/read-texts.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { AdminClient } from './admin-client.ts';
import { exitCodes, type Shell } from './shell.ts';
import { tableText } from './table-text.ts';

/** What the admin API tells of the process. */
interface HostView {
  readonly version: string;
  readonly pid: number;
  readonly processes: number;
  readonly uptimeMs: number;
  readonly draining: boolean;
  readonly rssMb: number;
}

type PoolView = Omit<PoolStatus, 'threads'> & {
  readonly threads: readonly (ThreadStatus & { readonly process: number })[];
};

type RequestView = Omit<RequestStatus, 'threadId'> & {
  readonly process: number;
  readonly pool: string;
  readonly threadId: number | null;
};

/** `isapi ps`: prints the pools, threads and requests of the host that runs. */
export async function listRequests(shell: Shell, flags: Texts): Promise<number> {
  const { env, cwd } = shell;
  const { config } = await resolveConfig({ flags, env, cwd });
  const client = new AdminClient(config.admin);
  const [host, { pools }, { requests }] = await Promise.all([
    client.get<HostView>('/host'),
    client.get<{ readonly pools: readonly PoolView[] }>('/pools'),
    client.get<{ readonly requests: readonly RequestView[] }>('/requests'),
  ]);
  const text =
    flags['json'] === 'true'
      ? `${JSON.stringify({ host, pools, requests }, null, 2)}\n`
      : [hostLine(host), poolTable(pools), threadTable(pools), requestTable(requests)].join('\n');
  shell.print(text);
  return exitCodes.done;
}

function hostLine({ version, pid, processes, uptimeMs, draining, rssMb }: HostView): string {
  const state = draining ? 'draining' : 'serving';
  const seconds = Math.round(uptimeMs / 1000);
  const who = processes === 1 ? `process ${pid}` : `${processes} processes`;
  return `isapi-host ${version}, ${who}, up ${seconds} s, ${Math.round(rssMb)} MiB, ${state}\n`;
}

function poolTable(pools: readonly PoolView[]): string {
  const rows = pools.map((pool) => [
    pool.name,
    pool.state,
    pool.isolation,
    String(pool.generation),
    `${pool.threads.length}/${pool.maxThreads}`,
    `${pool.waiting}/${pool.maxQueue}`,
    String(pool.inFlight),
    String(pool.served),
  ]);
  const heads = ['POOL', 'STATE', 'ISOLATION', 'GENERATION', 'THREADS', 'WAITING'];
  return tableText([[...heads, 'IN FLIGHT', 'SERVED'], ...rows]);
}

function threadTable(pools: readonly PoolView[]): string {
  const rows = pools.flatMap(({ name, threads }) =>
    threads.map(({ process, threadId, state, sessions, claims }) => [
      String(process),
      String(threadId),
      name,
      state,
      String(sessions),
      String(claims),
    ]),
  );
  return tableText([['PROCESS', 'THREAD', 'POOL', 'STATE', 'SESSIONS', 'REQUESTS TAKEN'], ...rows]);
}

function requestTable(requests: readonly RequestView[]): string {
  const oldestFirst = requests.toSorted((a, b) => b.ageMs - a.ageMs);
  const rows = oldestFirst.map(
    ({ requestId, pool, stage, ageMs, process, threadId, extension, url }) => [
      requestId,
      pool,
      stage,
      `${ageMs} ms`,
      String(process),
      threadId === null ? '-' : String(threadId),
      extension,
      url,
    ],
  );
  return tableText([
    ['REQUEST', 'POOL', 'STAGE', 'AGE', 'PROCESS', 'THREAD', 'EXTENSION', 'URL'],
    ...rows,
  ]);
}
