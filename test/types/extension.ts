// What an author may and may not write. Compiled with the tests, and by unit/sdk/consumers.test.ts where neither
// Node's nor the DOM's types are known.
import * as hse from '@isapi-host/sdk';
import { recordControlBlock, type ControlBlockRecorder } from '@isapi-host/sdk/testing';

const version: hse.VersionInfo = { version: hse.HSE_VERSION, description: 'types' };

/** A status that comes from an async proc stays a status, though its constants are imported. */
export const asyncStatus: hse.Extension = hse.defineExtension({
  getExtensionVersion: () => version,
  async httpExtensionProc(ecb) {
    if (ecb.signal.aborted) return hse.HSE_STATUS_ERROR;
    ecb.signal.addEventListener('abort', () => undefined);
    await ecb.writeClient(ecb.data);
    return hse.HSE_STATUS_SUCCESS;
  },
});

/** All entry points, sync, with more members than the contract has. */
export const full: hse.Extension = hse.defineExtension({
  getExtensionVersion: () => false,
  httpExtensionProc: () => hse.HSE_STATUS_PENDING,
  terminateExtension: (flags) => flags === hse.HSE_TERM_ADVISORY_UNLOAD,
  calls: 0,
});

export const noProc: hse.Extension = hse.defineExtension(
  // @ts-expect-error -- httpExtensionProc is missing
  { getExtensionVersion: () => version },
);

export const badStatus: hse.Extension = hse.defineExtension({
  getExtensionVersion: () => version,
  // @ts-expect-error -- 200 is an HTTP status, not an HSE_STATUS
  httpExtensionProc: () => 200 as const,
});

export const noStatus: hse.Extension = hse.defineExtension({
  getExtensionVersion: () => version,
  // @ts-expect-error -- nothing is returned
  httpExtensionProc: () => undefined,
});

/** What each kind of request takes and gives. */
export async function requests(ecb: hse.ExtensionControlBlock): Promise<void> {
  const connected: boolean = await ecb.serverSupportFunction(hse.HSE_REQ_IS_CONNECTED);
  const path: string = ecb.serverSupportFunctionSync(hse.HSE_REQ_MAP_URL_TO_PATH, '/docs');
  const map: hse.HseUrlMapExInfo = await ecb.serverSupportFunction(
    hse.HSE_REQ_MAP_URL_TO_PATH_EX,
    path,
  );
  const nothing: undefined = await ecb.serverSupportFunction(hse.HSE_REQ_REPORT_UNHEALTHY);
  await ecb.serverSupportFunction(hse.HSE_REQ_REPORT_UNHEALTHY, `${map.path} ${String(nothing)}`);
  await ecb.serverSupportFunction(hse.HSE_REQ_DONE_WITH_SESSION);
  await ecb.serverSupportFunction(hse.HSE_REQ_DONE_WITH_SESSION, hse.HSE_STATUS_ERROR);
  const refused: never = ecb.serverSupportFunctionSync(hse.HSE_REQ_GET_SSPI_INFO);

  // @ts-expect-error -- takes nothing
  await ecb.serverSupportFunction(hse.HSE_REQ_IS_CONNECTED, connected);
  // @ts-expect-error -- a URL is missing
  await ecb.serverSupportFunction(hse.HSE_REQ_SEND_URL);
  // @ts-expect-error -- keepConn is missing
  await ecb.serverSupportFunction(hse.HSE_REQ_SEND_RESPONSE_HEADER_EX, { status: 200 });
  // @ts-expect-error -- a session cannot end as pending
  await ecb.serverSupportFunction(hse.HSE_REQ_DONE_WITH_SESSION, hse.HSE_STATUS_PENDING);
  // @ts-expect-error -- 1022 is no request
  await ecb.serverSupportFunction(1022);
  return refused;
}

/** Headers in all their forms. */
export const headers: readonly hse.HeaderLines[] = [
  'Content-Type: text/plain\r\n\r\nbody',
  [['Set-Cookie', 'a=1']],
  { 'Set-Cookie': ['a=1', 'b=2'], Vary: 'Accept' },
  // @ts-expect-error -- a value is text
  { 'Content-Length': 5 },
];

export const elements: readonly hse.HseVectorElement[] = [
  { type: hse.HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER, buffer: 'text' },
  { type: hse.HSE_VECTOR_ELEMENT_TYPE_FILE_HANDLE, file: { fd: 3 }, size: 0 },
  // @ts-expect-error -- a file is no memory
  { type: hse.HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER, file: '/a' },
];

/** Fields that only the host sets are read-only; the two for the log are not. */
export function fields(ecb: hse.ExtensionControlBlock): string {
  ecb.httpStatusCode = 404;
  ecb.logData = 'not found';
  // @ts-expect-error -- read-only
  ecb.method = 'GET';
  // @ts-expect-error -- a plain number names no request
  const connId: hse.ConnId = 7;
  return ecb.getServerVariable('SERVER_NAME') + ecb.getServerVariable(`HTTP_X_${connId}`);
}

/** The same in a test of the author's. */
export const recorded: ControlBlockRecorder = recordControlBlock({
  headers: { Accept: '*/*' },
  answers: { [hse.HSE_REQ_IS_IN_PROCESS]: () => hse.HSE_APP_FLAG_POOLED_OOP },
});

export const badAnswer: ControlBlockRecorder = recordControlBlock({
  // @ts-expect-error -- IS_CONNECTED gives a boolean
  answers: { [hse.HSE_REQ_IS_CONNECTED]: () => 'yes' },
});
