import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Comparison } from '../measure/summary.ts';
import { drawChart } from './chart.ts';
import { columns, formatRow, padRows, titleOf } from './table.ts';

const BEGIN = '<!-- bench:begin, written by `npm run bench -- --write-docs` -->';
const END = '<!-- bench:end -->';

const docs = new URL('../../../../docs/', import.meta.url); // from test/dist/bench/report
const page = new URL('performance.md', docs);

/** Puts the figures between the page's markers, and the chart beside the page. */
export async function writeDocs(
  machine: string,
  comparisons: readonly Comparison[],
): Promise<void> {
  const groups = groupByTitle(comparisons);
  await mkdir(docs, { recursive: true });
  await writeFile(new URL('performance.svg', docs), drawChart(groups));
  const before = await readFile(page, 'utf8').catch(() => `# Performance\n\n${BEGIN}\n${END}\n`);
  await writeFile(page, replaceFigures(before, formatFigures(machine, groups)));
}

function replaceFigures(before: string, figures: string): string {
  const begin = before.indexOf(BEGIN);
  const end = before.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`docs/performance.md lacks ${BEGIN} or ${END}`);
  return `${before.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${before.slice(end)}`;
}

function formatFigures(machine: string, groups: readonly (readonly Comparison[])[]): string {
  const tables = groups.map((group) => `### ${titleOf(group)}\n\n${formatMarkdownTable(group)}`);
  const chart = '![Throughput as a part of plain Fastify’s](performance.svg)';
  return [machine, chart, ...tables].join('\n\n');
}

/** Padded as the formatter of the repository wants it. */
function formatMarkdownTable(group: readonly Comparison[]): string {
  const [head = [], ...rows] = padRows([columns, ...group.map(formatRow)]);
  const rule = head.map((cell) => '-'.repeat(cell.length));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function groupByTitle(comparisons: readonly Comparison[]): readonly (readonly Comparison[])[] {
  const groups = new Map<string, Comparison[]>();
  for (const comparison of comparisons) {
    const title = titleOf([comparison]);
    groups.set(title, [...(groups.get(title) ?? []), comparison]);
  }
  return [...groups.values()];
}
