// Of every host subject, path /callbacks?KIND,COUNT: times COUNT calls that the host has to answer.
import { fileURLToPath } from 'node:url';
import {
  type ExtensionControlBlock,
  HSE_REQ_REFRESH_ISAPI_ACL,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
  type HseStatus,
  type VersionInfo,
} from '@isapi-host/sdk';
import { headerFor } from './answers.ts';

/** The host looks for it in a table: the least it can be asked. */
const module = fileURLToPath(import.meta.url);

export function getExtensionVersion(): VersionInfo {
  return { version: HSE_VERSION, description: 'bench callbacks' };
}

/** Answers with the length of each call, microseconds, as JSON. */
export async function httpExtensionProc(ecb: ExtensionControlBlock): Promise<HseStatus> {
  const [kind, count] = ecb.queryString.split(',');
  const lengths =
    kind === 'blocking' ? timeBlocking(ecb, Number(count)) : await timeAwaited(ecb, Number(count));
  const text = JSON.stringify(lengths);
  const header = headerFor(text.length);
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, { header, keepConn: true });
  await ecb.writeClient(text);
  return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
}

function timeBlocking(ecb: ExtensionControlBlock, count: number): number[] {
  return Array.from({ length: count }, () => {
    const startedAt = performance.now();
    ecb.serverSupportFunctionSync(HSE_REQ_REFRESH_ISAPI_ACL, module);
    return (performance.now() - startedAt) * 1000;
  });
}

async function timeAwaited(ecb: ExtensionControlBlock, count: number): Promise<number[]> {
  const lengths: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const startedAt = performance.now();
    await ecb.serverSupportFunction(HSE_REQ_REFRESH_ISAPI_ACL, module);
    lengths.push((performance.now() - startedAt) * 1000);
  }
  return lengths;
}
