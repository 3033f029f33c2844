// Of every host subject, paths /cpu and /hog: computes as many rounds as the query says.
import {
  type ExtensionControlBlock,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
  type HseStatus,
  type VersionInfo,
} from '@isapi-host/sdk';
import { burn } from '../burn.ts';
import { headerFor } from './answers.ts';

export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'bench cpu' };
}

export function httpExtensionProc(ecb: ExtensionControlBlock): HseStatus {
  const text = burn(Number(ecb.queryString));
  const header = headerFor(text.length);
  ecb.serverSupportFunctionSync(HSE_REQ_SEND_RESPONSE_HEADER_EX, { header, keepConn: true });
  ecb.writeClientSync(text);
  return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}
