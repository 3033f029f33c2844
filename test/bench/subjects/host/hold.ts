// Of every host subject, paths /hold and /release: sessions that stay open, half answered, until all are released.
import { BroadcastChannel } from 'node:worker_threads';
import {
  type ExtensionControlBlock,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_REQ_SET_FLUSH_FLAG,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
  type HseStatus,
  type VersionInfo,
} from '@isapi-host/sdk';
import { headerFor } from './answers.ts';

const header = headerFor(5);
const held: ExtensionControlBlock[] = [];

/** Reaches every thread of the process. */
const release = new BroadcastChannel('isapi-bench release');
release.addEventListener('message', releaseAll);
release.unref();

export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'bench hold' };
}

export async function httpExtensionProc(ecb: ExtensionControlBlock): Promise<HseStatus> {
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, { header, keepConn: true });
  if (ecb.getServerVariable('SCRIPT_NAME') === '/release') {
    await ecb.writeClient('Hello');
    release.postMessage(undefined);
    releaseAll();
    return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
  }
  await ecb.serverSupportFunction(HSE_REQ_SET_FLUSH_FLAG, true);
  held.push(ecb); // before the client can know of it and ask for the release
  await ecb.writeClient('Hel');
  return HSE_STATUS_PENDING;
}

function releaseAll(): void {
  for (const ecb of held.splice(0)) void end(ecb);
}

async function end(ecb: ExtensionControlBlock): Promise<void> {
  await ecb.writeClient('lo');
  await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION, HSE_STATUS_SUCCESS_AND_KEEP_CONN);
}
