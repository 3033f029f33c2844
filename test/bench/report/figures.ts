import type { Quartiles } from '../measure/statistics.ts';

/** A ratio to three digits, so that a five-hundredth still shows. */
export function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return '-';
  if (ratio >= 0.1) return ratio.toFixed(2);
  return ratio.toPrecision(2);
}

export function formatQuartiles(of: Quartiles | undefined): string {
  if (of === undefined) return '-';
  return `${formatRatio(of.median)} (${formatRatio(of.q1)}-${formatRatio(of.q3)})`;
}

/** A length of time, given in microseconds. */
export function formatUs(us: number | undefined): string {
  if (us === undefined) return '-';
  return us < 10_000 ? `${us.toFixed(us < 100 ? 1 : 0)} us` : `${(us / 1000).toFixed(0)} ms`;
}

/** An amount of memory, given in bytes. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined || Number.isNaN(bytes)) return '-';
  return Math.abs(bytes) < 1_048_576
    ? `${(bytes / 1024).toFixed(1)} KiB`
    : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
