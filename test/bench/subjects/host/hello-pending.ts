// Subject `host-pending`, path /hello: returns at once, answers in a later turn, then ends the session.
import {
  type ExtensionControlBlock,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
  type HseStatus,
  type VersionInfo,
} from '@isapi-host/sdk';
import { headerFor, isComplete } from './answers.ts';

const header = headerFor(5);

export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'bench hello, PENDING' };
}

export function httpExtensionProc(ecb: ExtensionControlBlock): HseStatus {
  setImmediate(() => void answer(ecb));
  return HSE_STATUS_PENDING;
}

async function answer(ecb: ExtensionControlBlock): Promise<void> {
  const text = isComplete(ecb) ? 'Hello' : 'Wrong';
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, { header, keepConn: true });
  await ecb.writeClient(text);
  await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION, HSE_STATUS_SUCCESS_AND_KEEP_CONN);
}
