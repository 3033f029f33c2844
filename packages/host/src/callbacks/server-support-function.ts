import {
  HSE_REQ_ABORTIVE_CLOSE,
  HSE_REQ_CANCEL_IO,
  HSE_REQ_CLOSE_CONNECTION,
  HSE_REQ_EXEC_URL,
  HSE_REQ_GET_CONFIG_OBJECT,
  HSE_REQ_GET_WORKER_PROCESS_SETTINGS,
  HSE_REQ_RAISE_TRACE_EVENT,
  HSE_REQ_REFRESH_ISAPI_ACL,
  HSE_REQ_REPORT_UNHEALTHY,
  HSE_REQ_SEND_CUSTOM_ERROR,
  HSE_REQ_SEND_URL,
  HSE_REQ_TRANSMIT_FILE,
  HSE_REQ_VECTOR_SEND,
  IsapiError,
} from '@isapi-host/sdk';
import { CALL_STOP_BODY } from '@isapi-host/worker-runtime/protocol';
import type { CallHost } from './call-host.ts';
import { sendCustomError } from './requests/custom-error.ts';
import { execUrl } from './requests/exec-url.ts';
import { raiseTraceEvent } from './requests/raise-trace-event.ts';
import { refreshAcl } from './requests/refresh-acl.ts';
import { transmitFile, vectorSend } from './requests/send-pieces.ts';

type Handler = (host: CallHost, input: never) => unknown;

/** Request codes that need the host; all others are answered in the thread. */
const HANDLERS: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [CALL_STOP_BODY, (host) => host.stopBody()],
  [HSE_REQ_SEND_URL, execUrl],
  [HSE_REQ_TRANSMIT_FILE, transmitFile],
  [HSE_REQ_REFRESH_ISAPI_ACL, refreshAcl],
  [HSE_REQ_ABORTIVE_CLOSE, (host) => host.resetAtEnd()],
  [HSE_REQ_CLOSE_CONNECTION, (host) => host.closeConnection()],
  [HSE_REQ_EXEC_URL, execUrl],
  [HSE_REQ_SEND_CUSTOM_ERROR, sendCustomError],
  [HSE_REQ_REPORT_UNHEALTHY, (host, reason: string) => host.reportUnhealthy(reason)],
  [HSE_REQ_VECTOR_SEND, vectorSend],
  [HSE_REQ_RAISE_TRACE_EVENT, raiseTraceEvent],
  [HSE_REQ_GET_CONFIG_OBJECT, (host) => host.configCopy()],
  [HSE_REQ_GET_WORKER_PROCESS_SETTINGS, (host) => host.poolCopy()],
  [HSE_REQ_CANCEL_IO, (host) => host.cancelJob()],
]);

/** Runs a request code. @throws (rejects) IsapiError as the code's row says */
export async function serverSupportFunction(
  host: CallHost,
  code: number,
  input: unknown,
): Promise<unknown> {
  const handler = HANDLERS.get(code);
  if (handler !== undefined) return handler(host, input as never);
  throw new IsapiError('ERROR_INVALID_PARAMETER', `the host does not know the code ${code}`);
}
