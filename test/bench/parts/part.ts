import type { BenchOptions } from '../bench-options.ts';
import type { Load } from '../load/load.ts';
import type { Table } from '../report/table.ts';

/** What every part of a run gets. */
export interface Bench {
  readonly options: BenchOptions;
  readonly load: Load;
  /** Tells how far a run has come. */
  say(line: string): void;
}

/** One question that the benchmark answers. */
export interface Part {
  readonly name: string;
  readonly about: string;
  run(bench: Bench): Promise<PartReport>;
}

/** What a part found. */
export interface PartReport {
  readonly tables: readonly Table[];
  /** Sentences below the tables. */
  readonly notes?: readonly string[];
  /** A chart that goes into docs/ beside the tables: what it shows, and the SVG. */
  readonly chart?: { readonly about: string; readonly svg: string };
  /** What was wrong with answers, in words. */
  readonly wrong: readonly string[];
  /** All that was measured, for programs. */
  readonly data: unknown;
}
