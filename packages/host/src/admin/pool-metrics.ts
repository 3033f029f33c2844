import type { PoolState, PoolStatus, ThreadState } from '../dispatch/pool-status.ts';
import type { AdminHost } from './admin-host.ts';
import type { Metric, Sample } from './metric.ts';

const THREAD_STATES: readonly ThreadState[] = ['starting', 'idle', 'busy', 'blocked', 'retiring'];
const POOL_STATES: readonly PoolState[] = ['serving', 'recycling', 'disabled'];

/** What the pools do now. */
export function poolMetrics(host: AdminHost): Metric[] {
  const gauge = (name: string, help: string, samples: (pool: PoolStatus) => Sample[]): Metric => ({
    name,
    type: 'gauge',
    help,
    read: () => [...host.keepers.values()].flatMap((keeper) => samples(keeper.status())),
  });
  const value = (name: string, help: string, of: (pool: PoolStatus) => number): Metric =>
    gauge(name, help, (pool) => [{ labels: { pool: pool.name }, value: of(pool) }]);
  return [
    value('isapi_requests_in_flight', 'Requests that wait or run', ({ inFlight }) => inFlight),
    value('isapi_requests_waiting', 'Requests that no thread has taken', ({ waiting }) => waiting),
    value('isapi_queue_limit', 'Requests that may wait: maxQueue', ({ maxQueue }) => maxQueue),
    gauge('isapi_threads', 'Threads, by state', ({ name: pool, threads }) =>
      THREAD_STATES.map((state) => ({
        labels: { pool, state },
        value: threads.filter((thread) => thread.state === state).length,
      })),
    ),
    value('isapi_threads_limit', 'Most threads: maxThreads', ({ maxThreads }) => maxThreads),
    gauge('isapi_pool_state', '1 for the state a pool is in', ({ name: pool, state }) =>
      POOL_STATES.map((one) => ({ labels: { pool, state: one }, value: one === state ? 1 : 0 })),
    ),
    value(
      'isapi_pool_generation',
      'Raised whenever fresh threads take over',
      ({ generation }) => generation,
    ),
    {
      name: 'isapi_pool_recycles_total',
      type: 'counter',
      help: 'How often fresh threads took over, by reason',
      read: () =>
        [...host.keepers.values()].flatMap(({ name: pool, recycles }) =>
          [...recycles].map(([reason, count]) => ({ labels: { pool, reason }, value: count })),
        ),
    },
    gauge('isapi_pool_rss_bytes', "Resident memory of a pool's own process", ({ name, rssMb }) =>
      rssMb === undefined ? [] : [{ labels: { pool: name }, value: rssMb * 1024 * 1024 }],
    ),
  ];
}
