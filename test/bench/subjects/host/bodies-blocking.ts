// Subject `host-blocking`, every path but /hello.
import {
  type ExtensionControlBlock,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
  type HseStatus,
  type VersionInfo,
} from '@isapi-host/sdk';
import { exchangeBodiesSync } from './exchange-bodies.ts';

export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'bench bodies, blocking' };
}

export function httpExtensionProc(ecb: ExtensionControlBlock): HseStatus {
  exchangeBodiesSync(ecb);
  return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}
