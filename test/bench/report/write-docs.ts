import { readFile, writeFile } from 'node:fs/promises';
import type { PartReport } from '../parts/part.ts';
import { formatMarkdown } from './table.ts';

const docs = new URL('../../../../docs/', import.meta.url); // from test/dist/bench/report
const page = new URL('performance.md', docs);

/**
 * Puts what a part found between the page's markers of that part, and its chart beside the page.
 *
 * @param run - where and how the run was made
 */
export async function writeDocs(name: string, run: string, report: PartReport): Promise<void> {
  const chart = report.chart && `![${report.chart.about}](performance.svg)`;
  if (report.chart) await writeFile(new URL('performance.svg', docs), report.chart.svg);
  const parts = [run, chart, ...report.tables.map(formatMarkdown), report.notes?.join('\n')];
  const text = parts.filter((part) => part !== undefined && part !== '').join('\n\n');
  await writeFile(page, replacePart(await readFile(page, 'utf8'), name, text));
}

/** @throws Error - the page lacks a marker of that part */
export function replacePart(before: string, name: string, text: string): string {
  const [begin, end] = [`<!-- bench:${name}:begin -->`, `<!-- bench:${name}:end -->`];
  const from = before.indexOf(begin);
  const to = before.indexOf(end);
  if (from < 0 || to < from) throw new Error(`docs/performance.md lacks ${begin} or ${end}`);
  return `${before.slice(0, from + begin.length)}\n\n${text}\n\n${before.slice(to)}`;
}
