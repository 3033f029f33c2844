import type { FastifyPluginAsync } from 'fastify';
import type { PoolKeeper } from '../../dispatch/pool-keeper.ts';
import type { RequestStatus } from '../../dispatch/pool-status.ts';
import { HostError } from '../../observe/host-error.ts';
import { VERSION } from '../../observe/version.ts';
import { errorSchema } from '../admin-error.ts';
import type { AdminHost } from '../admin-host.ts';
import { schemas } from './api-schemas.ts';
import { viewExtensions, viewStatuses } from './extension-view.ts';
import { viewFault } from './fault-view.ts';
import { LoadProblems } from './load-problems.ts';
import { viewTraffic } from './traffic-view.ts';

const MIB = 1024 * 1024;

export interface ApiOptions {
  readonly host: AdminHost;
  /** Longest delay of the event loop, s. */
  readonly loopDelay: () => number;
}

/** What operators can look at. */
export const lookRoutes: FastifyPluginAsync<ApiOptions> = async (app, { host, loopDelay }) => {
  const problems = new LoadProblems(host.faults);

  app.get('/host', route('the host process', schemas.host), async () => ({
    version: VERSION,
    processes: 1,
    ...viewProcess(loopDelay()),
    draining: host.isDraining,
    logLevel: host.logger.level,
    requests: viewStatuses(host.counts.all()),
    faults: host.faultCounts.all(),
  }));

  app.get('/pools', route('every application pool', schemas.pools), async () => ({
    pools: [...host.keepers.values()].map(viewPool),
  }));

  app.get<PoolParams>('/pools/:pool', poolRoute('one pool', schemas.pool), async ({ params }) =>
    viewPool(keeperOf(host, params.pool)),
  );

  app.get('/threads', route('every thread', schemas.threads), async () => ({
    threads: [...host.keepers.values()].flatMap((keeper) =>
      keeper.status().threads.map((thread) => withPool(keeper, thread)),
    ),
  }));

  app.get('/extensions', route('every listed extension', schemas.extensions), async () => ({
    extensions: viewExtensions(host, problems),
  }));

  app.get('/requests', route('requests that wait or run', schemas.requests), async () => ({
    requests: [...host.keepers.values()].flatMap((keeper) =>
      keeper.requests().map((request) => viewRequest(keeper, request)),
    ),
  }));

  app.get('/traffic', route('requests answered and their times', schemas.traffic), async () =>
    viewTraffic(host.counts),
  );

  app.get('/faults', route('the last faults, latest first', schemas.faults), async () => ({
    faults: host.recentFaults.latestFirst().map(viewFault),
  }));
};

export interface PoolParams {
  Params: { pool: string };
}

/** @throws HostError `ISAPI_ERR_ADMIN_NOT_FOUND` */
export function keeperOf({ keepers }: AdminHost, name: string): PoolKeeper {
  const keeper = keepers.get(name);
  if (keeper !== undefined) return keeper;
  const known = [...keepers.keys()].join(', ');
  throw new HostError('ISAPI_ERR_ADMIN_NOT_FOUND', `no pool is named ${name}; there is ${known}`);
}

/** Schema of a route of the whole host. */
export function route(summary: string, answer: object): { readonly schema: object } {
  return { schema: { summary, response: { 200: answer, '4xx': errorSchema } } };
}

/** Schema of a route of one pool. */
export function poolRoute(summary: string, answer: object): { readonly schema: object } {
  const params = {
    type: 'object',
    required: ['pool'],
    properties: { pool: { type: 'string', description: 'name of the pool' } },
  };
  return { schema: { summary, params, response: { 200: answer, '4xx': errorSchema } } };
}

function viewRequest(keeper: PoolKeeper, request: RequestStatus): object {
  return withPool(keeper, { ...request, threadId: request.threadId ?? null });
}

function withPool({ name: pool }: PoolKeeper, of: object): object {
  return withProcess({ pool, ...of });
}

function withProcess(of: object): object {
  return { process: process.pid, ...of };
}

function viewPool(keeper: PoolKeeper): object {
  const { extensions: _, pid = null, rssMb = null, threads, ...rest } = keeper.status();
  return { ...rest, threads: threads.map(withProcess), pid, rssMb };
}

function viewProcess(loopDelay: number): object {
  const { rss, heapUsed } = process.memoryUsage();
  const uptimeMs = Math.round(process.uptime() * 1000);
  return {
    node: process.version,
    pid: process.pid,
    startedAt: new Date(Date.now() - uptimeMs).toISOString(),
    uptimeMs,
    rssMb: rss / MIB,
    heapUsedMb: heapUsed / MIB,
    loopDelayMs: loopDelay * 1000,
  };
}
