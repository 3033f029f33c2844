// The fuzzer by command: npm run fuzz -- --seconds 60 --seed 1
import { parseArgs } from 'node:util';
import type { Closing } from '../helpers/cleanup.ts';
import { runFuzz } from './run-fuzz.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const closing: (() => Promise<void> | void)[] = [];
const command: Closing = { after: (close) => void closing.push(close) };
const seed = Number(values.seed);

console.log(`seed ${seed}`);
const forMs = Number(values.seconds) * 1000;
const { connections, faults } = await runFuzz(command, { seed, connections: Infinity, forMs });
for (const fault of faults) console.log(fault);
console.log(`${connections} connections, ${faults.length} faults`);
for (const close of closing.toReversed()) await close();
process.exitCode = faults.length === 0 ? 0 : 1;
