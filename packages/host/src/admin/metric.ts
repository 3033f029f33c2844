import { TIME_BOUNDS, type TimeCounts } from '../observe/request-counts.ts';

type Labels = Readonly<Record<string, string>>;

/** One line of a metric. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** Name of the line, when it is not that of the metric. */
  readonly metricName?: string;
}

/** A metric whose values are kept elsewhere, and read when somebody asks. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly read: () => readonly Sample[];
}

/** The lines of a histogram of times, which are in seconds. */
export function histogramSamples(name: string, labels: Labels, times: TimeCounts): Sample[] {
  let total = 0;
  const samples: Sample[] = [];
  times.buckets.forEach((count, index) => {
    total += count;
    const le = String(TIME_BOUNDS[index] ?? '+Inf');
    samples.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: total });
  });
  samples.push({ metricName: `${name}_sum`, labels, value: times.sum / 1000 });
  samples.push({ metricName: `${name}_count`, labels, value: total });
  return samples;
}
