import { summarize, type Comparison } from '../measure/summary.ts';

/** Every burst of a run and the figures made of them, for programs. */
export function formatJson(machine: string, comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((comparison) => {
    const { subject, workload, connections, pairs } = comparison;
    return { subject, workload: workload.name, connections, summary: summarize(comparison), pairs };
  });
  return `${JSON.stringify({ machine, comparisons: rows }, undefined, 2)}\n`;
}
