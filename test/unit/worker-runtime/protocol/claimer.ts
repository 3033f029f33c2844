// A thread of slab-threads.test.ts: claims slots, holds some for a while, and completes them until it is told to stop.
import { parentPort, workerData } from 'node:worker_threads';
import { Slab } from '@isapi-host/worker-runtime/protocol';
import type { ClaimerData } from './slab-threads.test.ts';

const { memory, signal, ran } = workerData as ClaimerData;
const slab = new Slab(memory);
const number = slab.join(1);
parentPort?.postMessage(number);

let isStopping = false;
for (;;) {
  const slot = slab.claim(number);
  if (slot !== -1) {
    // Two threads in one slot would both count the same request.
    const request = slab.words[slab.payloadAt(slot) / 4] ?? 0;
    if (request % 3 === 0) {
      slab.hold(number, slot);
      // It may hold another request by the time it is taken.
      if (!slab.take(number, slot)) continue;
    }
    Atomics.add(ran, slab.words[slab.payloadAt(slot) / 4] ?? 0, 1);
    slab.complete(number, slot);
  } else if (isStopping) {
    break;
  } else {
    isStopping = Atomics.wait(signal, 0, 0, 1) === 'not-equal';
  }
}
