import { IsapiError } from '../errors.ts';
import type { IsapiErrorCode } from '../errors.ts';
import { HSE_IO_ASYNC } from '../io.ts';
import * as hse from '../server-support.ts';
import type { HseInput, HseOutput, HseRequest } from '../server-support.ts';
import { HSE_STATUS_SUCCESS, type FinalStatus } from '../status.ts';
import { HSE_URL_FLAGS_EXECUTE, HSE_URL_FLAGS_READ, HSE_URL_FLAGS_SCRIPT } from '../url-flags.ts';
import type { HseUrlMapExInfo } from '../url-flags.ts';
import { ERROR_OPERATION_ABORTED } from '../win32.ts';
import { sendVector, transmitFile } from './send-parts.ts';
import type { Session } from './session.ts';

/** What the recorder does for each request code. */
type Answers = {
  readonly [Code in HseRequest]: (session: Session, input: HseInput<Code>) => HseOutput<Code>;
};

/** Where the recorded site lies on disk. */
const ROOT = '/site';

export const recorderAnswers: Answers = {
  [hse.HSE_REQ_SEND_URL_REDIRECT_RESP]: redirect,
  [hse.HSE_REQ_SEND_URL]: sendUrl,
  [hse.HSE_REQ_SEND_RESPONSE_HEADER]: (session, input) => {
    sendHead(session, input?.status, input?.header, undefined);
  },
  [hse.HSE_REQ_DONE_WITH_SESSION]: done,
  [hse.HSE_REQ_MAP_URL_TO_PATH]: mapUrl,
  [hse.HSE_REQ_GET_SSPI_INFO]: () => refuse('ERROR_NOT_SUPPORTED'),
  [hse.HSE_APPEND_LOG_PARAMETER]: ({ response }, input) => {
    response.logParameters.push(requireText(input));
  },
  [hse.HSE_REQ_IO_COMPLETION]: (session, input) => {
    session.register(requireObject(input));
  },
  [hse.HSE_REQ_TRANSMIT_FILE]: (session, input) => {
    transmitFile(session, requireObject(input));
  },
  [hse.HSE_REQ_REFRESH_ISAPI_ACL]: (_session, input) => {
    requireText(input);
  },
  [hse.HSE_REQ_IS_KEEP_CONN]: ({ request }) =>
    !request.headers.some(([name, value]) => /^connection$/i.test(name) && /close/i.test(value)),
  [hse.HSE_REQ_ASYNC_READ_CLIENT]: asyncRead,
  [hse.HSE_REQ_GET_IMPERSONATION_TOKEN]: ({ options }) => ({
    name: options.variables?.['REMOTE_USER'] ?? '',
    authType: options.variables?.['AUTH_TYPE'] ?? '',
  }),
  [hse.HSE_REQ_MAP_URL_TO_PATH_EX]: mapUrlEx,
  [hse.HSE_REQ_ABORTIVE_CLOSE]: () => undefined,
  [hse.HSE_REQ_GET_CERT_INFO_EX]: () => refuse('ERROR_NO_DATA'),
  [hse.HSE_REQ_SEND_RESPONSE_HEADER_EX]: (session, input) => {
    const { status, header, keepConn } = requireObject(input);
    sendHead(session, status, header, keepConn);
  },
  [hse.HSE_REQ_CLOSE_CONNECTION]: (session) => {
    session.disconnect(true);
  },
  [hse.HSE_REQ_IS_CONNECTED]: ({ isConnected }) => isConnected,
  [hse.HSE_REQ_EXTENSION_TRIGGER]: () => refuse('ERROR_INVALID_PARAMETER'),
  [hse.HSE_REQ_MAP_UNICODE_URL_TO_PATH]: mapUrl,
  [hse.HSE_REQ_MAP_UNICODE_URL_TO_PATH_EX]: mapUrlEx,
  [hse.HSE_REQ_EXEC_UNICODE_URL]: execUrl,
  [hse.HSE_REQ_EXEC_URL]: execUrl,
  [hse.HSE_REQ_GET_EXEC_URL_STATUS]: ({ response }) => {
    const { HSE_REQ_EXEC_URL, HSE_REQ_EXEC_UNICODE_URL } = hse;
    const isExec = (code: number): boolean =>
      code === HSE_REQ_EXEC_URL || code === HSE_REQ_EXEC_UNICODE_URL;
    if (!response.requests.some(({ code }) => isExec(code))) refuse('ERROR_INVALID_PARAMETER');
    return { statusCode: 200, subStatus: 0, win32Error: 0 };
  },
  [hse.HSE_REQ_SEND_CUSTOM_ERROR]: () => refuse('ERROR_FILE_NOT_FOUND'),
  [hse.HSE_REQ_IS_IN_PROCESS]: () => hse.HSE_APP_FLAG_IN_PROCESS,
  [hse.HSE_REQ_REPORT_UNHEALTHY]: () => undefined,
  [hse.HSE_REQ_NORMALIZE_URL]: (_session, url) => normalizeUrl(requireText(url)),
  [hse.HSE_REQ_VECTOR_SEND]: (session, input) => {
    sendVector(session, requireObject(input));
  },
  [hse.HSE_REQ_GET_ANONYMOUS_TOKEN]: () => refuse('ERROR_NOT_SUPPORTED'),
  [hse.HSE_REQ_GET_CACHE_INVALIDATION_CALLBACK]: () => refuse('ERROR_NOT_SUPPORTED'),
  [hse.HSE_REQ_GET_UNICODE_ANONYMOUS_TOKEN]: () => refuse('ERROR_NOT_SUPPORTED'),
  [hse.HSE_REQ_GET_TRACE_INFO]: () => ({ traceRequest: false, traceContextId: new Uint8Array(16) }),
  [hse.HSE_REQ_SET_FLUSH_FLAG]: () => undefined,
  [hse.HSE_REQ_GET_TRACE_INFO_EX]: () => ({ providerEnabled: false, verbosity: 0 }),
  [hse.HSE_REQ_RAISE_TRACE_EVENT]: () => undefined,
  [hse.HSE_REQ_GET_CONFIG_OBJECT]: () => ({}),
  [hse.HSE_REQ_GET_WORKER_PROCESS_SETTINGS]: () => ({}),
  [hse.HSE_REQ_GET_PROTOCOL_MANAGER_CUSTOM_INTERFACE_CALLBACK]: () => refuse('ERROR_NOT_SUPPORTED'),
  [hse.HSE_REQ_CANCEL_IO]: (session) => {
    session.abortOperation(ERROR_OPERATION_ABORTED);
  },
  [hse.HSE_REQ_GET_CHANNEL_BINDING_TOKEN]: () => refuse('ERROR_NOT_SUPPORTED'),
};

function sendHead(
  session: Session,
  status: string | number | undefined,
  header: HseInput<typeof hse.HSE_REQ_SEND_RESPONSE_HEADER_EX>['header'],
  keepConn: boolean | undefined,
): void {
  session.send(false, () => {
    session.response.sendHead(status, header);
    session.response.keepConn = keepConn;
    return 0;
  });
}

function redirect(session: Session, input: string): undefined {
  sendHead(session, '302 Found', [['Location', requireText(input)]], undefined);
  session.response.redirectedTo = input;
  session.response.complete();
}

function sendUrl(session: Session, input: string): undefined {
  if (!requireText(input).startsWith('/')) return redirect(session, input);
  sendHead(session, 200, undefined, undefined);
  session.response.sentUrl = input;
  session.response.complete();
  return undefined;
}

function done(session: Session, status: FinalStatus | undefined): undefined {
  if (status !== undefined && ![1, 2, 4].includes(status)) refuse('ERROR_INVALID_PARAMETER');
  session.requireNothingUnderWay();
  session.end(status ?? HSE_STATUS_SUCCESS);
}

function asyncRead(
  session: Session,
  input: HseInput<typeof hse.HSE_REQ_ASYNC_READ_CLIENT>,
): undefined {
  const { buffer, size = buffer.length, flags } = requireObject(input);
  const isGood = Number.isInteger(size) && size >= 0 && size <= buffer.length;
  if (!isGood || flags !== HSE_IO_ASYNC) refuse('ERROR_INVALID_PARAMETER');
  const move = (): number => {
    const piece = session.take(size);
    buffer.set(piece);
    return piece.length;
  };
  session.start({ move });
}

function execUrl(session: Session, input: HseInput<typeof hse.HSE_REQ_EXEC_URL>): undefined {
  requireObject(input);
  session.requireIdle();
  if (session.hasCompletion) session.start({ move: () => 0 });
}

function mapUrl(_session: Session, url: string): string {
  const path = normalizeUrl(requireText(url).split('?')[0] ?? '');
  return path.startsWith('/') ? `${ROOT}${path}` : refuse('ERROR_INVALID_PARAMETER');
}

function mapUrlEx(session: Session, url: string): HseUrlMapExInfo {
  const flags = HSE_URL_FLAGS_READ | HSE_URL_FLAGS_EXECUTE | HSE_URL_FLAGS_SCRIPT;
  return { path: mapUrl(session, url), flags, matchingPath: ROOT.length, matchingUrl: 0 };
}

function normalizeUrl(url: string): string {
  const [path = '', ...query] = url.split('?');
  const kept: string[] = [];
  for (const part of decodeURIComponent(path).replaceAll('\\', '/').split('/')) {
    if (part === '..' && kept.length > 1) kept.pop();
    else if (part !== '.' && part !== '..') kept.push(part);
  }
  return [kept.join('/'), ...query].join('?');
}

function requireText(input: unknown): string {
  const isText = typeof input === 'string' && !/[\r\n]/.test(input) && !input.includes('\0');
  return isText ? input : refuse('ERROR_INVALID_PARAMETER');
}

function requireObject<T>(input: T): T {
  return typeof input === 'object' && input !== null ? input : refuse('ERROR_INVALID_PARAMETER');
}

function refuse(code: IsapiErrorCode): never {
  throw new IsapiError(code);
}
