// Subject `host-blocking`, path /hello: every call is over when it returns, as in ISAPI.
import {
  type ExtensionControlBlock,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
  type HseStatus,
  type VersionInfo,
} from '@isapi-host/sdk';
import { headerFor, isComplete } from './answers.ts';

const header = headerFor(5);

export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'bench hello, blocking' };
}

export function httpExtensionProc(ecb: ExtensionControlBlock): HseStatus {
  const text = isComplete(ecb) ? 'Hello' : 'Wrong';
  ecb.serverSupportFunctionSync(HSE_REQ_SEND_RESPONSE_HEADER_EX, { header, keepConn: true });
  ecb.writeClientSync(text);
  return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}
