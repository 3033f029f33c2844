/** What one host process tells, in Prometheus' text form. */
export interface ProcessMetrics {
  /** Number of the process, from 0; one that takes its place has the same. */
  readonly seat: number;
  readonly text: string;
}

/** Puts the metrics of host processes together: each line says by the label `process` which one it is of. */
export function mergeMetrics(processes: readonly ProcessMetrics[]): string {
  // By name: its head once, then the lines of all.
  const metrics = new Map<string, string[]>();
  for (const { seat, text } of processes) {
    let lines: string[] = [];
    for (const line of text.split('\n')) {
      const [, name] = /^# HELP (\S+)/.exec(line) ?? [];
      if (name !== undefined) {
        const known = metrics.get(name);
        lines = known ?? [line];
        if (known === undefined) metrics.set(name, lines);
      } else if (line.startsWith('#')) {
        if (!lines.includes(line)) lines.push(line);
      } else if (line !== '') {
        lines.push(labelled(line, seat));
      }
    }
  }
  return `${[...metrics.values()].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function labelled(line: string, seat: number): string {
  const end = line.search(/[{ ]/);
  const name = line.slice(0, end);
  const label = `process="${seat}"`;
  if (line[end] === ' ') return `${name}{${label}}${line.slice(end)}`;
  const rest = line.slice(end + 1);
  return `${name}{${label}${rest.startsWith('}') ? '' : ','}${rest}`;
}
