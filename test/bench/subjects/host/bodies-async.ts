// Subject `host-async`, every path but /hello.
import {
  type ExtensionControlBlock,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
  type HseStatus,
  type VersionInfo,
} from '@isapi-host/sdk';
import { exchangeBodies } from './exchange-bodies.ts';

export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'bench bodies, async' };
}

export async function httpExtensionProc(ecb: ExtensionControlBlock): Promise<HseStatus> {
  await exchangeBodies(ecb);
  return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}
