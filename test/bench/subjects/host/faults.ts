// Of the part `faults`: does what its query names, one fault each.
import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { BroadcastChannel, MessagePort } from 'node:worker_threads';
import {
  type ExtensionControlBlock,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_REQ_SET_FLUSH_FLAG,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
  type HseStatus,
  type VersionInfo,
} from '@isapi-host/sdk';
import { headerFor } from './answers.ts';

const LINES = 100_000;
/** Of libuv's threads there are four, unless told otherwise. */
const HASHES = 8;
const HASH_ROUNDS = 50_000;

/** Of a session that is long over: to be dropped, not a fault. */
const stale = { op: 'read', slot: 0, connId: 0, bytes: 1 };
const header = headerFor(5);
const hash = promisify(pbkdf2);

/** Ends the thread of the other pool. */
const deaths = new BroadcastChannel('isapi-bench deaths');
deaths.addEventListener('message', () => process.exit(1));
deaths.unref();

// Gets hold of the thread's port, as an extension should not.
let hostPort: MessagePort | undefined;
const post = Reflect.get(MessagePort.prototype, 'postMessage') as (...args: unknown[]) => unknown;
Reflect.set(
  MessagePort.prototype,
  'postMessage',
  new Proxy(post, {
    apply(target, port: MessagePort, args: unknown[]) {
      hostPort = port;
      return Reflect.apply(target, port, args);
    },
  }),
);

export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'bench faults' };
}

export async function httpExtensionProc(ecb: ExtensionControlBlock): Promise<HseStatus> {
  switch (ecb.queryString) {
    case 'exit':
      return process.exit(1);
    case 'spin':
      for (;;);
    case 'wait':
      return HSE_STATUS_PENDING;
    case 'kill-other':
      deaths.postMessage(undefined);
      break;
    case 'messages':
      await begin(ecb);
      for (;;) hostPort?.postMessage(stale);
    case 'lines':
      for (let i = 0; i < LINES; i += 1) console.log(`line ${i}`);
      break;
    case 'hashes':
      for (;;) {
        const one = (): Promise<Buffer> => hash('a', 'b', HASH_ROUNDS, 64, 'sha512');
        await Promise.all(Array.from({ length: HASHES }, one));
      }
  }
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, { header, keepConn: true });
  await ecb.writeClient('Hello');
  return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}

/** The client has the first bytes of an answer, and `hostPort` is known. */
async function begin(ecb: ExtensionControlBlock): Promise<void> {
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, { header, keepConn: true });
  await ecb.serverSupportFunction(HSE_REQ_SET_FLUSH_FLAG, true);
  await ecb.writeClient('Hel');
}
