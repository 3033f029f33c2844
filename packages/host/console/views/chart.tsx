import { Component, createRef, h, type JSX } from '../libraries/preact.js';
import uPlot from '../libraries/uplot.js';

/** One line of a chart. */
export interface ChartLine {
  readonly label: string;
  /** Name of a custom property of the style sheet. */
  readonly colour: string;
  /** One for each time; `null`: a gap. */
  readonly values: readonly (number | null)[];
  /** The last value as text. */
  readonly lastText: string;
}

export interface ChartProps {
  readonly title: string;
  /** Unix times, s. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
}

/** What is drawn, s. */
const WINDOW_S = 300;
const HEIGHT = 180;

/** Lines over time, on a canvas. The legend has the last values as text, for those who do not see the lines. */
export class Chart extends Component<ChartProps> {
  readonly #place = createRef<HTMLDivElement>();
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)');
  readonly #resized = new ResizeObserver(() => this.#fit());
  #plot: uPlot | undefined;

  override componentDidMount(): void {
    this.#draw();
    this.#scheme.addEventListener('change', this.#draw);
    if (this.#place.current !== null) this.#resized.observe(this.#place.current);
  }

  override componentDidUpdate(): void {
    this.#plot?.setData(dataOf(this.props));
  }

  override componentWillUnmount(): void {
    this.#resized.disconnect();
    this.#scheme.removeEventListener('change', this.#draw);
    this.#plot?.destroy();
  }

  override render(): JSX.Element {
    const { title, lines } = this.props;
    return (
      <figure class="card chart">
        <figcaption>{title}</figcaption>
        <div ref={this.#place} class="plot" aria-hidden="true" />
        <ul class="legend">
          {lines.map(({ label, colour, lastText }) => (
            <li key={label} class={colour.slice('--'.length)}>
              {label} <b>{lastText}</b>
            </li>
          ))}
        </ul>
      </figure>
    );
  }

  /** Draws anew: a canvas takes its colours once. */
  readonly #draw = (): void => {
    const place = this.#place.current;
    if (place === null) return;
    this.#plot?.destroy();
    this.#plot = new uPlot(
      optionsOf(this.props.lines, place.clientWidth),
      dataOf(this.props),
      place,
    );
  };

  #fit(): void {
    const width = this.#place.current?.clientWidth ?? 0;
    if (width > 0) this.#plot?.setSize({ width, height: HEIGHT });
  }
}

function dataOf({ times, lines }: ChartProps): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])];
}

function optionsOf(lines: readonly ChartLine[], width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colourOf = (name: string): string => style.getPropertyValue(name).trim();
  const font = `12px ${style.fontFamily}`;
  const axis = {
    stroke: colourOf('--faint'),
    font,
    grid: { stroke: colourOf('--edge'), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_plot, _first, last) => [last - WINDOW_S, last] },
      y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.1 : 1] },
    },
    series: [
      {},
      ...lines.map(({ label, colour }) => ({ label, stroke: colourOf(colour), width: 1.5 })),
    ],
    axes: [
      { ...axis, space: 80, size: 32, values: (_plot, times) => times.map(clockText) },
      { ...axis, size: 56 },
    ],
  };
}

/** Hours and minutes of a Unix time, s. */
function clockText(time: number): string {
  return new Date(time * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}
