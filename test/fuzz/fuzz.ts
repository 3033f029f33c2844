// The fuzzer by command: npm run fuzz -- --seconds 60 --seed 1
import { parseArgs } from 'node:util';
import type { Closing } from '../helpers/cleanup.ts';
import { type FuzzProgress, runFuzz } from './run-fuzz.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    lanes: { type: 'string', default: '64' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const closing: (() => Promise<void> | void)[] = [];
const command: Closing = { after: (close) => void closing.push(close) };
const seed = Number(values.seed);

console.log(`seed ${seed}`);
const forMs = Number(values.seconds) * 1000;
const lanes = Number(values.lanes);
const result = await runFuzz(command, {
  seed,
  connections: Infinity,
  forMs,
  lanes,
  onProgress: (progress) => console.log(progressText(progress)),
});
for (const fault of result.faults) console.log(fault);
console.log(`${progressText(result)}, ${result.faults.length} faults`);
for (const close of closing.toReversed()) await close();
process.exitCode = result.faults.length === 0 ? 0 : 1;

function progressText({ connections, requests, slowestMs, rss }: FuzzProgress): string {
  const mib = (rss / 1024 / 1024).toFixed(1);
  return `${connections} connections, ${requests} requests, slowest ${slowestMs} ms, host ${mib} MiB`;
}
