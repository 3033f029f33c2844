import { performance } from 'node:perf_hooks';
import { quartiles } from '../measure/statistics.ts';
import { burn } from '../subjects/burn.ts';
import type { Workload } from '../workloads.ts';

const PROBE_ROUNDS = 1_000_000;
const PROBES = 9;

/** Rounds of `burn` that take a millisecond on this machine. Rounds, not time: else a thread that waits for a core would seem to work. */
export function measureRoundsPerMs(): number {
  for (let i = 0; i < 3; i += 1) burn(PROBE_ROUNDS);
  const lengths = Array.from({ length: PROBES }, () => {
    const startedAt = performance.now();
    burn(PROBE_ROUNDS);
    return performance.now() - startedAt;
  });
  return Math.round(PROBE_ROUNDS / (quartiles(lengths)?.median ?? 1));
}

/** Requests that keep a processor busy for so long. `hog` answers the same from an extension of its own. */
export function burnWorkload(name: 'cpu' | 'hog', ms: number, roundsPerMs: number): Workload {
  const rounds = Math.round(ms * roundsPerMs);
  const text = Buffer.from(burn(rounds));
  return {
    name,
    about: `${ms} ms of computing`,
    method: 'GET',
    path: `/${name}?${rounds}`,
    headers: [['User-Agent', 'isapi-bench']],
    body: undefined,
    answer: { unit: text, bytes: text.length },
    connections: [8],
    burstBy: 'time',
  };
}
