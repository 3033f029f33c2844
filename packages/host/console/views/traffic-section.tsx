import { h, type JSX } from '../libraries/preact.js';
import type { TrafficPoint } from '../traffic-history.ts';
import { Chart, type ChartLine } from './chart.tsx';
import { formatMs, formatRate } from './formats.ts';

type Measure = Exclude<keyof TrafficPoint, 'at'>;

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly of: Measure;
}

const answers: readonly Line[] = [
  { label: 'done', colour: '--line-1', of: 'done' },
  { label: '4xx', colour: '--line-2', of: 'clientErrors' },
  { label: '5xx', colour: '--line-3', of: 'serverErrors' },
];

const latencies: readonly Line[] = [
  { label: 'run, half', colour: '--line-1', of: 'runMedian' },
  { label: 'run, 99 %', colour: '--line-2', of: 'runP99' },
  { label: 'queue, 99 %', colour: '--line-3', of: 'queueP99' },
];

/** Throughput and latency of the last five minutes. */
export function TrafficSection({
  points,
}: {
  readonly points: readonly TrafficPoint[];
}): JSX.Element {
  const times = points.map(({ at }) => at);
  return (
    <section aria-labelledby="traffic">
      <h2 id="traffic">Traffic</h2>
      <div class="cards">
        <Chart
          title="Answers a second"
          times={times}
          lines={drawn(answers, points, (rate) => `${formatRate(rate)}/s`)}
        />
        <Chart title="Latency, ms" times={times} lines={drawn(latencies, points, formatMs)} />
      </div>
    </section>
  );
}

function drawn(
  lines: readonly Line[],
  points: readonly TrafficPoint[],
  format: (value: number) => string,
): readonly ChartLine[] {
  return lines.map(({ label, colour, of }) => {
    const values = points.map((point) => point[of]);
    const last = values.at(-1) ?? null;
    return { label, colour, values, lastText: last === null ? '–' : format(last) };
  });
}
