import { callbacks } from './callbacks.ts';
import { cold } from './cold.ts';
import { faults } from './faults.ts';
import { hog } from './hog.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { model } from './model.ts';
import { overload } from './overload.ts';
import type { Part } from './part.ts';
import { scaling } from './scaling.ts';
import { throughput } from './throughput.ts';

/** Every part there is, in the order of the report. */
export const parts: readonly Part[] = [
  throughput,
  latency,
  scaling,
  hog,
  overload,
  callbacks,
  memory,
  cold,
  faults,
  model,
];
