import { monotonicMs } from '@isapi-host/worker-runtime/protocol';
import { type RequestCounts, TIME_BOUNDS, type TimeCounts } from '../../observe/request-counts.ts';
import { viewStatuses } from './extension-view.ts';

/** What has been answered since the start. Two of these, a while apart, tell the throughput between them. */
export function viewTraffic(counts: RequestCounts): object {
  return {
    atMs: monotonicMs(),
    boundsMs: TIME_BOUNDS.map((seconds) => seconds * 1000),
    extensions: counts.all().map((counted) => ({
      extension: counted.extension,
      pool: counted.pool,
      requests: viewStatuses([counted]),
      queue: viewTimes(counted.queue),
      run: viewTimes(counted.run),
    })),
  };
}

function viewTimes({ buckets, sum }: TimeCounts): object {
  return { buckets: [...buckets], totalMs: sum };
}
