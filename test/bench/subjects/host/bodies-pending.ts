// Subject `host-pending`, every path but /hello.
import {
  type ExtensionControlBlock,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
  type HseStatus,
  type VersionInfo,
} from '@isapi-host/sdk';
import { exchangeBodies } from './exchange-bodies.ts';

export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'bench bodies, pending' };
}

export function httpExtensionProc(ecb: ExtensionControlBlock): HseStatus {
  setImmediate(() => void answer(ecb));
  return HSE_STATUS_PENDING;
}

async function answer(ecb: ExtensionControlBlock): Promise<void> {
  await exchangeBodies(ecb);
  await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION, HSE_STATUS_SUCCESS_AND_KEEP_CONN);
}
