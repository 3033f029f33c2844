import * as hse from '@isapi-host/sdk';
import { certInfo } from './certificates.ts';
import { ResponseHeadError } from './response-head.ts';
import type { Session } from './session.ts';
import { asyncRead } from './support/body.ts';
import { execUrl, execUrlStatus, sendUrl } from './support/child.ts';
import { sendCustomError } from './support/custom-error.ts';
import { type Handler, refuse, type Style } from './support/handler.ts';
import { impersonationToken, refreshAcl } from './support/identity.ts';
import {
  abortiveClose,
  cancelIo,
  closeConnection,
  doneWithSession,
  registerCompletion,
  reportUnhealthy,
} from './support/life.ts';
import { appendLog, raiseTraceEvent, traceConfiguration, traceInfo } from './support/logging.ts';
import { mapToPath, mapToPathEx, normalize } from './support/mapping.ts';
import { redirect, sendHeader, sendHeaderEx, setFlushFlag } from './support/sending.ts';
import { configObject, workerSettings } from './support/settings.ts';
import { transmitFile } from './support/transmit-file.ts';
import { vectorSend } from './support/vector-send.ts';

const noAccounts = refuse('ERROR_NOT_SUPPORTED', 'there are no Windows accounts');

/** Every request code, as docs/isapi-map.md says. Codes that are not here are unknown. */
export const HANDLERS: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [hse.HSE_REQ_SEND_URL_REDIRECT_RESP, redirect],
  [hse.HSE_REQ_SEND_URL, sendUrl],
  [hse.HSE_REQ_SEND_RESPONSE_HEADER, sendHeader],
  [hse.HSE_REQ_DONE_WITH_SESSION, doneWithSession],
  [hse.HSE_REQ_MAP_URL_TO_PATH, mapToPath],
  [hse.HSE_REQ_GET_SSPI_INFO, refuse('ERROR_NOT_SUPPORTED', 'there is no SSPI context')],
  [hse.HSE_APPEND_LOG_PARAMETER, appendLog],
  [hse.HSE_REQ_IO_COMPLETION, registerCompletion],
  [hse.HSE_REQ_TRANSMIT_FILE, transmitFile],
  [hse.HSE_REQ_REFRESH_ISAPI_ACL, refreshAcl],
  [hse.HSE_REQ_IS_KEEP_CONN, (session) => session.request.init.keepConn],
  [hse.HSE_REQ_ASYNC_READ_CLIENT, asyncRead],
  [hse.HSE_REQ_GET_IMPERSONATION_TOKEN, impersonationToken],
  [hse.HSE_REQ_MAP_URL_TO_PATH_EX, mapToPathEx],
  [hse.HSE_REQ_ABORTIVE_CLOSE, abortiveClose],
  [hse.HSE_REQ_GET_CERT_INFO_EX, (session) => certInfo(session.request.tls)],
  [hse.HSE_REQ_SEND_RESPONSE_HEADER_EX, sendHeaderEx],
  [hse.HSE_REQ_CLOSE_CONNECTION, closeConnection],
  [hse.HSE_REQ_IS_CONNECTED, (session) => session.isConnected],
  [hse.HSE_REQ_EXTENSION_TRIGGER, refuse('ERROR_INVALID_PARAMETER', 'it was never documented')],
  [hse.HSE_REQ_MAP_UNICODE_URL_TO_PATH, mapToPath],
  [hse.HSE_REQ_MAP_UNICODE_URL_TO_PATH_EX, mapToPathEx],
  [hse.HSE_REQ_EXEC_UNICODE_URL, execUrl],
  [hse.HSE_REQ_EXEC_URL, execUrl],
  [hse.HSE_REQ_GET_EXEC_URL_STATUS, execUrlStatus],
  [hse.HSE_REQ_SEND_CUSTOM_ERROR, sendCustomError],
  [hse.HSE_REQ_IS_IN_PROCESS, () => hse.HSE_APP_FLAG_IN_PROCESS],
  [hse.HSE_REQ_REPORT_UNHEALTHY, reportUnhealthy],
  [hse.HSE_REQ_NORMALIZE_URL, normalize],
  [hse.HSE_REQ_VECTOR_SEND, vectorSend],
  [hse.HSE_REQ_GET_ANONYMOUS_TOKEN, noAccounts],
  [
    hse.HSE_REQ_GET_CACHE_INVALIDATION_CALLBACK,
    refuse('ERROR_NOT_SUPPORTED', 'there is no response cache'),
  ],
  [hse.HSE_REQ_GET_UNICODE_ANONYMOUS_TOKEN, noAccounts],
  [hse.HSE_REQ_GET_TRACE_INFO, traceInfo],
  [hse.HSE_REQ_SET_FLUSH_FLAG, setFlushFlag],
  [hse.HSE_REQ_GET_TRACE_INFO_EX, traceConfiguration],
  [hse.HSE_REQ_RAISE_TRACE_EVENT, raiseTraceEvent],
  [hse.HSE_REQ_GET_CONFIG_OBJECT, configObject],
  [hse.HSE_REQ_GET_WORKER_PROCESS_SETTINGS, workerSettings],
  [
    hse.HSE_REQ_GET_PROTOCOL_MANAGER_CUSTOM_INTERFACE_CALLBACK,
    refuse('ERROR_NOT_SUPPORTED', 'there is no protocol manager'),
  ],
  [hse.HSE_REQ_CANCEL_IO, cancelIo],
  [
    hse.HSE_REQ_GET_CHANNEL_BINDING_TOKEN,
    refuse('ERROR_NOT_SUPPORTED', 'there is no channel binding'),
  ],
]);

/**
 * Runs a request code: one look-up and a call. Gives a promise only where the host is needed and the style allows.
 *
 * @throws IsapiError as the code's row says; of an unknown code `ERROR_INVALID_PARAMETER`
 */
export function callSupportFunction(
  session: Session,
  code: hse.HseRequest,
  input: unknown,
  style: Style,
): unknown {
  const handler = HANDLERS.get(code);
  if (handler !== undefined) return callHandler(session, handler, input, style);
  throw new hse.IsapiError('ERROR_INVALID_PARAMETER', `no request has the code ${String(code)}`);
}

function callHandler(session: Session, handler: Handler, input: unknown, style: Style): unknown {
  try {
    return handler(session, input as never, style);
  } catch (error) {
    if (error instanceof ResponseHeadError) session.fault(error.fault, error.message);
    throw error;
  }
}
