// The thread of a ticker.
import { parentPort, workerData } from 'node:worker_threads';
import { PENDING, SLEEP, STOPPED } from './ticker-words.ts';

const TICK_MS = 0.1;

const words = workerData as Int32Array;
while (Atomics.load(words, STOPPED) === 0) {
  Atomics.wait(words, SLEEP, 0, TICK_MS);
  if (Atomics.exchange(words, PENDING, 1) === 0) parentPort?.postMessage(0);
}
