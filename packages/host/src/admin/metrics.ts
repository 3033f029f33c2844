import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { AdminHost } from './admin-host.ts';
import type { Metric } from './metric.ts';
import { poolMetrics } from './pool-metrics.ts';
import { requestMetrics } from './request-metrics.ts';

/** Resolution of the measured delay of the event loop, ms. */
const DELAY_RESOLUTION_MS = 20;
const DELAY_QUANTILES = [0.5, 0.9, 0.99] as const;
const NS_PER_S = 1e9;

/**
 * The metrics of a host. Labels are names of the configuration, states and codes, so there are only so many series.
 * Everything is counted elsewhere and read when somebody asks; nothing here is on the way of a request.
 */
export class Metrics {
  readonly all: readonly Metric[];
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });

  constructor(host: AdminHost) {
    this.#delay.enable();
    this.all = [
      ...requestMetrics(host),
      ...poolMetrics(host),
      ...processMetrics(host, this.#delay),
    ];
  }

  /** How late the event loop was since the last time somebody asked, at most, s. */
  get loopDelay(): number {
    return this.#delay.max / NS_PER_S;
  }

  /** Prints their values of now. What prints them is loaded at the first call: it would cost the start of every host. */
  async print(): Promise<{ readonly type: string; readonly text: string }> {
    const { printMetrics } = await import('./print-metrics.ts');
    return printMetrics(this.all);
  }

  close(): void {
    this.#delay.disable();
  }
}

function processMetrics(host: AdminHost, delay: IntervalHistogram): Metric[] {
  return [
    gauge('isapi_draining', '1 while the host asks for no more requests', () =>
      Number(host.isDraining),
    ),
    gauge(
      'isapi_shedding',
      '1 while the host refuses requests as its process holds too much memory',
      () => Number(host.isShedding),
    ),
    {
      name: 'isapi_event_loop_delay_seconds',
      type: 'gauge',
      help: 'How late the event loop of the host was, since it started',
      read: () =>
        DELAY_QUANTILES.map((quantile) => ({
          labels: { quantile: String(quantile) },
          value: delay.percentile(quantile * 100) / NS_PER_S,
        })),
    },
    gauge('process_resident_memory_bytes', 'Resident memory of the host process', () =>
      process.memoryUsage.rss(),
    ),
    gauge(
      'nodejs_heap_size_used_bytes',
      "V8 heap in use on the host's own thread",
      () => process.memoryUsage().heapUsed,
    ),
    gauge(
      'process_start_time_seconds',
      'When the host process started, Unix time',
      () => Date.now() / 1000 - process.uptime(),
    ),
  ];
}

function gauge(name: string, help: string, value: () => number): Metric {
  return { name, type: 'gauge', help, read: () => [{ labels: {}, value: value() }] };
}
