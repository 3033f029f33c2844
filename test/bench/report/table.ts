import { summarize, type Comparison, type Summary } from '../measure/summary.ts';
import type { Quartiles } from '../measure/statistics.ts';
import type { Workload } from '../workloads.ts';

/** The columns, here and in docs/performance.md. */
export const columns = [
  'subject',
  'of baseline (quartiles)',
  'rate',
  'p50',
  'p99',
  'p99 of baseline',
  'CPU per answer',
  'clean pairs',
] as const;

/** A table for the terminal: all subjects under one workload. */
export function formatTable(group: readonly Comparison[]): string {
  const lines = padRows([columns, ...group.map(formatRow)]).map((row) => row.join('  '));
  const wrong = group.flatMap((one) => summarize(one).wrong).map((what) => `WRONG ${what}`);
  return [titleOf(group), ...lines.map((line) => line.trimEnd()), ...new Set(wrong)].join('\n');
}

/** Makes the cells of each column equally wide. */
export function padRows(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const widthOf = (column: number): number =>
    Math.max(...rows.map((row) => (row[column] ?? '').length));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widthOf(column))));
}

/** What a group of comparisons has in common, in words. */
export function titleOf(group: readonly Comparison[]): string {
  const [first] = group;
  if (first === undefined) return 'nothing compared';
  const { workload, connections } = first;
  const plural = connections === 1 ? 'connection' : 'connections';
  return `${workload.name} (${workload.about}), ${connections} ${plural}`;
}

/** The cells of one comparison, as `columns` names them. */
export function formatRow(comparison: Comparison): readonly string[] {
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

function formatQuartiles(of: Quartiles | undefined): string {
  if (of === undefined) return '-';
  return `${formatRatio(of.median)} (${formatRatio(of.q1)}-${formatRatio(of.q3)})`;
}

/** A ratio to three digits, so that a five-hundredth still shows. */
export function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return '-';
  if (ratio >= 0.1) return ratio.toFixed(2);
  return ratio.toPrecision(2);
}

function formatRate(perSecond: number | undefined, { burstBy, body, answer }: Workload): string {
  if (perSecond === undefined) return '-';
  if (burstBy === 'time') return `${Math.round(perSecond)}/s`;
  return `${Math.round((perSecond * ((body?.bytes ?? 0) + answer.bytes)) / 1e6)} MB/s`;
}

function formatUs(us: number | undefined): string {
  if (us === undefined) return '-';
  return us < 10_000 ? `${us.toFixed(us < 100 ? 1 : 0)} us` : `${(us / 1000).toFixed(0)} ms`;
}

function formatPairs({ cleanPairs, pairs }: Summary): string {
  return `${cleanPairs} of ${pairs}${cleanPairs * 2 < pairs ? ', noisy' : ''}`;
}
