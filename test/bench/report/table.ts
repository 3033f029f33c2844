/** A table of the report, for the terminal and for docs/performance.md. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table for the terminal. */
export function formatText({ title, columns, rows }: Table): string {
  const lines = padRows([columns, ...rows]).map((row) => row.join('  ').trimEnd());
  return [title, ...lines].join('\n');
}

/** A table as Markdown, padded as the formatter of the repository wants it. */
export function formatMarkdown({ title, columns, rows }: Table): string {
  const [head = [], ...body] = padRows([columns, ...rows]);
  const rule = head.map((cell) => '-'.repeat(cell.length));
  const lines = [head, rule, ...body].map((row) => `| ${row.join(' | ')} |`);
  return `### ${title}\n\n${lines.join('\n')}`;
}

/** Makes the cells of each column equally wide. */
function padRows(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const widthOf = (column: number): number =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)); // a rule has three dashes
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widthOf(column))));
}
