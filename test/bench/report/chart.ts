import { summarize, type Comparison } from '../measure/summary.ts';
import { titleOf } from './comparison-table.ts';
import { formatRatio } from './figures.ts';

const LABEL = 170;
const BAR = 460;
const WIDTH = LABEL + BAR + 60;
const ROW = 18;
const TITLE = 30;

/** Bars of throughput as a part of the baseline's, one block per workload, as an SVG file. */
export function drawChart(groups: readonly (readonly Comparison[])[]): string {
  const most = Math.max(1, ...groups.flat().map((one) => summarize(one).ratio?.median ?? 0));
  const parts: string[] = [];
  let y = 0;
  for (const group of groups) {
    parts.push(text(8, y + 20, titleOf(group), 'bold'));
    y += TITLE;
    for (const comparison of group) {
      parts.push(drawBar(comparison, y, BAR / most));
      y += ROW;
    }
    y += ROW / 2;
  }
  const line = LABEL + BAR / most;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12">`,
    '<title>Throughput as a part of plain Fastify’s</title>',
    `<rect width="${WIDTH}" height="${y}" fill="#fff"/>`,
    ...parts,
    `<path d="M${line.toFixed(1)} ${TITLE}V${y}" stroke="#888" stroke-dasharray="3 3"/>`,
    '</svg>\n',
  ].join('\n');
}

function drawBar(comparison: Comparison, y: number, perOne: number): string {
  const { ratio } = summarize(comparison);
  const width = (ratio?.median ?? 0) * perOne;
  const fill = comparison.subject.startsWith('host') ? '#2563eb' : '#94a3b8';
  return [
    text(8, y + 13, comparison.subject),
    `<rect x="${LABEL}" y="${y + 3}" width="${Math.max(1, width).toFixed(1)}" height="${ROW - 6}" fill="${fill}"/>`,
    text(LABEL + width + 4, y + 13, formatRatio(ratio?.median)),
  ].join('');
}

function text(x: number, y: number, content: string, weight = 'normal'): string {
  const safe = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" font-weight="${weight}">${safe}</text>`;
}
