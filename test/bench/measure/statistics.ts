/** The value that a share of all values is not above; between two values, on the line that joins them. */
export function quantile(sorted: ArrayLike<number>, share: number): number | undefined {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)];
  const above = sorted[Math.ceil(at)];
  if (below === undefined || above === undefined) return undefined;
  return below + (above - below) * (at - Math.floor(at));
}

/** The middle of some values, and what a quarter of them lie below and above. */
export interface Quartiles {
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
}

/** @returns undefined for no values */
export function quartiles(values: Iterable<number | undefined>): Quartiles | undefined {
  const sorted = [...values].filter((value) => value !== undefined).toSorted((a, b) => a - b);
  const q1 = quantile(sorted, 0.25);
  const median = quantile(sorted, 0.5);
  const q3 = quantile(sorted, 0.75);
  if (q1 === undefined || median === undefined || q3 === undefined) return undefined;
  return { q1, median, q3 };
}
