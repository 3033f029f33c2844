import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';

/**
 * Times what a blocking call cannot do without: a message to another thread, its message back, and a wake-up.
 *
 * @returns microseconds of each round trip
 */
export async function timeBareRoundTrips(count: number): Promise<readonly number[]> {
  const { port1: here, port2: there } = new MessageChannel();
  const replies = new Int32Array(new SharedArrayBuffer(4));
  here.on('message', (message) => {
    here.postMessage(message);
    Atomics.add(replies, 0, 1);
    Atomics.notify(replies, 0);
  });
  const thread = new Worker(new URL('./bare-round-trip-thread.js', import.meta.url), {
    workerData: { port: there, replies, count },
    transferList: [there],
  });
  const exited = once(thread, 'exit');
  try {
    const [lengths] = (await once(thread, 'message')) as [readonly number[]];
    return lengths;
  } finally {
    here.close();
    await exited;
  }
}
