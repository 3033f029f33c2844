import { summarize, type Comparison } from '../measure/summary.ts';

/** Comparisons with every burst and the figures made of them, for programs. */
export function dataOf(comparisons: readonly Comparison[]): readonly object[] {
  return comparisons.map((comparison) => {
    const { subject, workload, connections, pairs } = comparison;
    return { subject, workload: workload.name, connections, summary: summarize(comparison), pairs };
  });
}
