import type { Part } from './part.ts';
import { throughput } from './throughput.ts';

/** Every part there is, in the order of the report. */
export const parts: readonly Part[] = [throughput];
