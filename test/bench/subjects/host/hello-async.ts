// Subject `host-async`, path /hello: awaits each call.
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
  return { version: HSE_VERSION, description: 'bench hello, async' };
}

export async function httpExtensionProc(ecb: ExtensionControlBlock): Promise<HseStatus> {
  const text = isComplete(ecb) ? 'Hello' : 'Wrong';
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, { header, keepConn: true });
  await ecb.writeClient(text);
  return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}
