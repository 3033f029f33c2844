import { type Gauge, Registry } from 'prom-client';
import type { Metric } from './metric.ts';

/** The values of metrics in the text form of Prometheus, and the media type of that. */
export async function printMetrics(
  metrics: readonly Metric[],
): Promise<{ readonly type: string; readonly text: string }> {
  const registry = new Registry();
  for (const metric of metrics) register(registry, metric);
  return { type: registry.contentType, text: await registry.metrics() };
}

/** prom-client writes it out; its own metrics would look up their labels at each count. */
function register(registry: Registry, { name, type, help, read }: Metric): void {
  const metric = { name, type, help, get: async () => ({ name, type, help, values: read() }) };
  registry.registerMetric(metric as unknown as Gauge);
}
