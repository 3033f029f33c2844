import { MessageChannel, parentPort, threadId, workerData } from 'node:worker_threads';
import { HSE_TERM_MUST_UNLOAD } from '@isapi-host/sdk';
import { findChanged } from './file-stamp.ts';
import {
  type Changed,
  type Hello,
  type ModuleFinding,
  PROTOCOL_VERSION,
  Slab,
  type ThreadSettings,
  toWireError,
} from './protocol/index.ts';
import { guardThread } from './guard-thread.ts';
import { loadExtension } from './load-extension.ts';
import { Thread } from './thread.ts';

/** Loads a module, asks its version and terminates it. */
export async function check(module: string): Promise<ModuleFinding> {
  try {
    const { extension, version, description } = await loadExtension(module, 0);
    await extension.terminateExtension?.(HSE_TERM_MUST_UNLOAD);
    return { version, description };
  } catch (error) {
    return { problem: toWireError(error).message };
  }
}

/**
 * What Piscina runs in a thread: one task, a tenure, from joining the pool until the thread retires. The thread
 * ends with its tenure, so that the extensions it terminated are gone with it.
 */
export default async function tenure(): Promise<void> {
  const settings = workerData as ThreadSettings;
  const changed = await findChanged(settings.stamps);
  if (changed !== undefined) {
    parentPort?.postMessage({ changed, threadId } satisfies Changed);
    process.exit(0);
  }
  const { slab, number } = await join(settings);
  const { port1, port2 } = new MessageChannel();
  const thread = new Thread(settings, slab, number, port1);
  guardThread(thread);
  parentPort?.postMessage(
    { hello: PROTOCOL_VERSION, thread: number, threadId, port: port2 } satisfies Hello,
    [port2],
  );
  await thread.serve();
  process.exit(0);
}

/** Takes a place in the pool. A thread that gets none ends with the reason: its tenure never does. */
async function join(settings: ThreadSettings): Promise<{ slab: Slab; number: number }> {
  try {
    const slab = new Slab(settings.slab);
    const number = slab.join(threadId);
    if (number === -1) throw new Error('the thread table of the pool is full');
    return { slab, number };
  } catch (error) {
    return new Promise(() => {
      setImmediate(() => {
        throw error;
      });
    });
  }
}
