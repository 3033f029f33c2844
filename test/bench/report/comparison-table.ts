import { summarize, type Comparison, type Summary } from '../measure/summary.ts';
import type { Workload } from '../workloads.ts';
import { formatQuartiles, formatRatio, formatUs } from './figures.ts';
import type { Table } from './table.ts';

const columns = [
  'subject',
  'of baseline (quartiles)',
  'rate',
  'p50',
  'p99',
  'p99 of baseline',
  'CPU per answer',
  'clean pairs',
] as const;

/** All subjects under one workload. */
export function tableOf(title: string, group: readonly Comparison[]): Table {
  return { title, columns, rows: group.map(formatRow) };
}

/** What a group of comparisons has in common, in words. */
export function titleOf(group: readonly Comparison[]): string {
  const [first] = group;
  if (first === undefined) return 'nothing compared';
  const { workload, connections } = first;
  const plural = connections === 1 ? 'connection' : 'connections';
  return `${workload.name} (${workload.about}), ${connections} ${plural}`;
}

function formatRow(comparison: Comparison): readonly string[] {
  const summary = summarize(comparison);
  return [
    comparison.subject,
    formatQuartiles(summary.ratio),
    formatRate(summary.answersPerSecond, comparison.workload),
    formatUs(summary.p50Us),
    formatUs(summary.p99Us),
    formatRatio(summary.p99Ratio?.median),
    formatUs(summary.cpuUs),
    formatPairs(summary),
  ];
}

function formatRate(perSecond: number | undefined, { burstBy, body, answer }: Workload): string {
  if (perSecond === undefined) return '-';
  if (burstBy === 'time') return `${Math.round(perSecond)}/s`;
  return `${Math.round((perSecond * ((body?.bytes ?? 0) + answer.bytes)) / 1e6)} MB/s`;
}

export function formatPairs({ cleanPairs, pairs }: Summary): string {
  return `${cleanPairs} of ${pairs}${cleanPairs * 2 < pairs ? ', noisy' : ''}`;
}
