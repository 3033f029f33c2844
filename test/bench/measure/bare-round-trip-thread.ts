// The thread of `timeBareRoundTrips`.
import {
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from 'node:worker_threads';

const { port, replies, count } = workerData as {
  readonly port: MessagePort;
  /** Word 0: replies so far. */
  readonly replies: Int32Array;
  readonly count: number;
};

const lengths: number[] = [];
for (let i = 0; i < count; i += 1) {
  const startedAt = performance.now();
  port.postMessage({ call: i });
  Atomics.wait(replies, 0, i);
  receiveMessageOnPort(port);
  lengths.push((performance.now() - startedAt) * 1000);
}
port.close();
parentPort?.postMessage(lengths);
