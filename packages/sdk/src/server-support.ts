import type { HseExecUrlInfo, HseExecUrlStatus } from './exec-url.ts';
import type { HseAsyncReadClientInfo, HseIoCompletionInfo } from './io.ts';
import type {
  HseCustomErrorInfo,
  HseResponseVector,
  HseSendHeaderExInfo,
  HseSendHeaderInfo,
  HseTransmitFileInfo,
} from './sending.ts';
import type { FinalStatus } from './status.ts';
import type { HseUrlMapExInfo } from './url-flags.ts';

/**
 * Answers 302 to the URL that is given. It is the whole response.
 *
 * ISAPI: `HSE_REQ_SEND_URL_REDIRECT_RESP`.
 */
export const HSE_REQ_SEND_URL_REDIRECT_RESP = 1 as const;

/**
 * Answers with another URL of this server, as if the client had asked for it; a URL that does not start with `/`
 * becomes a 302. It is the whole response.
 *
 * ISAPI: `HSE_REQ_SEND_URL`.
 */
export const HSE_REQ_SEND_URL = 2 as const;

/**
 * Sends status line and headers. The connection stays open only with a known length.
 *
 * ISAPI: `HSE_REQ_SEND_RESPONSE_HEADER`.
 */
export const HSE_REQ_SEND_RESPONSE_HEADER = 3 as const;

/**
 * Ends a pending session; `HSE_STATUS_SUCCESS` by default. The control block is dead from this call on.
 *
 * ISAPI: `HSE_REQ_DONE_WITH_SESSION`.
 */
export const HSE_REQ_DONE_WITH_SESSION = 4 as const;

/**
 * Maps a URL path, starting with `/`, to its path on disk, which need not exist.
 *
 * ISAPI: `HSE_REQ_MAP_URL_TO_PATH`.
 */
export const HSE_REQ_MAP_URL_TO_PATH = 1001 as const;

/** Refused: ERROR_NOT_SUPPORTED, there is no SSPI context. ISAPI: `HSE_REQ_GET_SSPI_INFO`. */
export const HSE_REQ_GET_SSPI_INFO = 1002 as const;

/** Adds a text to the query field of the access log. ISAPI: `HSE_APPEND_LOG_PARAMETER`. */
export const HSE_APPEND_LOG_PARAMETER = 1003 as const;

/**
 * Registers what is called at the end of asynchronous operations. The last one registered counts.
 *
 * ISAPI: `HSE_REQ_IO_COMPLETION`.
 */
export const HSE_REQ_IO_COMPLETION = 1005 as const;

/**
 * Sends a file, with bytes or headers before and bytes after it.
 *
 * ISAPI: `HSE_REQ_TRANSMIT_FILE`.
 */
export const HSE_REQ_TRANSMIT_FILE = 1006 as const;

/**
 * Reads the rules that allow an extension to run again, for the module file that is named.
 *
 * ISAPI: `HSE_REQ_REFRESH_ISAPI_ACL`.
 */
export const HSE_REQ_REFRESH_ISAPI_ACL = 1007 as const;

/**
 * Tells whether the request allows the connection to stay open. No promise that it will.
 *
 * ISAPI: `HSE_REQ_IS_KEEP_CONN`.
 */
export const HSE_REQ_IS_KEEP_CONN = 1008 as const;

/**
 * Reads from the body into a buffer; the end goes to the completion, which must be registered.
 *
 * ISAPI: `HSE_REQ_ASYNC_READ_CLIENT`.
 */
export const HSE_REQ_ASYNC_READ_CLIENT = 1010 as const;

/** Tells who the user is. ISAPI: `HSE_REQ_GET_IMPERSONATION_TOKEN`. */
export const HSE_REQ_GET_IMPERSONATION_TOKEN = 1011 as const;

/**
 * Maps a URL path to its path on disk, with what the URL allows and where its virtual directory ends.
 *
 * ISAPI: `HSE_REQ_MAP_URL_TO_PATH_EX`.
 */
export const HSE_REQ_MAP_URL_TO_PATH_EX = 1012 as const;

/** Makes the end of the response a reset of the connection. ISAPI: `HSE_REQ_ABORTIVE_CLOSE`. */
export const HSE_REQ_ABORTIVE_CLOSE = 1014 as const;

/**
 * Gives the client's certificate. Without one: ERROR_NO_DATA.
 *
 * ISAPI: `HSE_REQ_GET_CERT_INFO_EX`.
 */
export const HSE_REQ_GET_CERT_INFO_EX = 1015 as const;

/**
 * Sends status line and headers, and says whether the connection may stay open.
 *
 * ISAPI: `HSE_REQ_SEND_RESPONSE_HEADER_EX`.
 */
export const HSE_REQ_SEND_RESPONSE_HEADER_EX = 1016 as const;

/**
 * Closes the connection now. An operation under way completes with 64; the session still has to be ended.
 *
 * ISAPI: `HSE_REQ_CLOSE_CONNECTION`.
 */
export const HSE_REQ_CLOSE_CONNECTION = 1017 as const;

/** Tells whether the client is still there. ISAPI: `HSE_REQ_IS_CONNECTED`. */
export const HSE_REQ_IS_CONNECTED = 1018 as const;

/**
 * Refused: ERROR_INVALID_PARAMETER, its meaning was never documented.
 *
 * ISAPI: `HSE_REQ_EXTENSION_TRIGGER`.
 */
export const HSE_REQ_EXTENSION_TRIGGER = 1020 as const;

/**
 * `HSE_REQ_MAP_URL_TO_PATH`; strings are Unicode anyway.
 *
 * ISAPI: `HSE_REQ_MAP_UNICODE_URL_TO_PATH`.
 */
export const HSE_REQ_MAP_UNICODE_URL_TO_PATH = 1023 as const;

/**
 * `HSE_REQ_MAP_URL_TO_PATH_EX`; strings are Unicode anyway.
 *
 * ISAPI: `HSE_REQ_MAP_UNICODE_URL_TO_PATH_EX`.
 */
export const HSE_REQ_MAP_UNICODE_URL_TO_PATH_EX = 1024 as const;

/** `HSE_REQ_EXEC_URL`; strings are Unicode anyway. ISAPI: `HSE_REQ_EXEC_UNICODE_URL`. */
export const HSE_REQ_EXEC_UNICODE_URL = 1025 as const;

/** Runs another URL of this server, which answers the same client. ISAPI: `HSE_REQ_EXEC_URL`. */
export const HSE_REQ_EXEC_URL = 1026 as const;

/**
 * Tells how the last `HSE_REQ_EXEC_URL` went. None ended yet: ERROR_INVALID_PARAMETER.
 *
 * ISAPI: `HSE_REQ_GET_EXEC_URL_STATUS`.
 */
export const HSE_REQ_GET_EXEC_URL_STATUS = 1027 as const;

/**
 * Sends the error page that is configured for a status. None: ERROR_FILE_NOT_FOUND.
 *
 * ISAPI: `HSE_REQ_SEND_CUSTOM_ERROR`.
 */
export const HSE_REQ_SEND_CUSTOM_ERROR = 1028 as const;

/** Tells where the extension runs: an `HSE_APP_FLAG_*` number. ISAPI: `HSE_REQ_IS_IN_PROCESS`. */
export const HSE_REQ_IS_IN_PROCESS = 1030 as const;

/**
 * Asks the host to replace this thread or process soon, for the reason that is given.
 *
 * ISAPI: `HSE_REQ_REPORT_UNHEALTHY`.
 */
export const HSE_REQ_REPORT_UNHEALTHY = 1032 as const;

/**
 * Decodes a URL once, turns `\` into `/` and resolves `.` and `..`; the query stays.
 *
 * ISAPI: `HSE_REQ_NORMALIZE_URL`.
 */
export const HSE_REQ_NORMALIZE_URL = 1033 as const;

/** Sends headers and any mix of memory and files as one. ISAPI: `HSE_REQ_VECTOR_SEND`. */
export const HSE_REQ_VECTOR_SEND = 1037 as const;

/**
 * Refused: ERROR_NOT_SUPPORTED, there are no Windows accounts.
 *
 * ISAPI: `HSE_REQ_GET_ANONYMOUS_TOKEN`.
 */
export const HSE_REQ_GET_ANONYMOUS_TOKEN = 1038 as const;

/**
 * Gives the function that takes a URL (CACHE_URL) out of the response cache. No cache: ERROR_NOT_SUPPORTED.
 *
 * ISAPI: `HSE_REQ_GET_CACHE_INVALIDATION_CALLBACK`.
 */
export const HSE_REQ_GET_CACHE_INVALIDATION_CALLBACK = 1040 as const;

/**
 * Refused: ERROR_NOT_SUPPORTED, there are no Windows accounts.
 *
 * ISAPI: `HSE_REQ_GET_UNICODE_ANONYMOUS_TOKEN`.
 */
export const HSE_REQ_GET_UNICODE_ANONYMOUS_TOKEN = 1041 as const;

/** Tells whether to trace this request, and under which id. ISAPI: `HSE_REQ_GET_TRACE_INFO`. */
export const HSE_REQ_GET_TRACE_INFO = 1042 as const;

/**
 * `true` sends every write at once; `false` lets the host gather small ones.
 *
 * ISAPI: `HSE_REQ_SET_FLUSH_FLAG`.
 */
export const HSE_REQ_SET_FLUSH_FLAG = 1043 as const;

/** Tells how much to trace. ISAPI: `HSE_REQ_GET_TRACE_INFO_EX`. */
export const HSE_REQ_GET_TRACE_INFO_EX = 1044 as const;

/** Writes a line into the host's log. ISAPI: `HSE_REQ_RAISE_TRACE_EVENT`. */
export const HSE_REQ_RAISE_TRACE_EVENT = 1045 as const;

/** Gives a copy of the configuration, secrets left out. ISAPI: `HSE_REQ_GET_CONFIG_OBJECT`. */
export const HSE_REQ_GET_CONFIG_OBJECT = 1046 as const;

/** Gives a copy of the pool's settings. ISAPI: `HSE_REQ_GET_WORKER_PROCESS_SETTINGS`. */
export const HSE_REQ_GET_WORKER_PROCESS_SETTINGS = 1047 as const;

/**
 * Refused: ERROR_NOT_SUPPORTED, there is no protocol manager.
 *
 * ISAPI: `HSE_REQ_GET_PROTOCOL_MANAGER_CUSTOM_INTERFACE_CALLBACK`.
 */
export const HSE_REQ_GET_PROTOCOL_MANAGER_CUSTOM_INTERFACE_CALLBACK = 1048 as const;

/**
 * Cancels the asynchronous operation under way, which completes with 995; none: nothing happens.
 *
 * ISAPI: `HSE_REQ_CANCEL_IO`.
 */
export const HSE_REQ_CANCEL_IO = 1049 as const;

/**
 * Refused: ERROR_NOT_SUPPORTED, there is no channel binding.
 *
 * ISAPI: `HSE_REQ_GET_CHANNEL_BINDING_TOKEN`.
 */
export const HSE_REQ_GET_CHANNEL_BINDING_TOKEN = 1050 as const;

/**
 * One row per request code: what goes in, what comes back. Types, codec, host and documentation follow this table.
 * Input `undefined` takes no argument; input `unknown` with output `never` is a code that is refused.
 *
 * ISAPI: the meaning of `lpvBuffer`, `lpdwSize` and `lpdwDataType` for each request.
 */
export interface HseRequests {
  [HSE_REQ_SEND_URL_REDIRECT_RESP]: { input: string; output: undefined };
  [HSE_REQ_SEND_URL]: { input: string; output: undefined };
  [HSE_REQ_SEND_RESPONSE_HEADER]: { input: HseSendHeaderInfo | undefined; output: undefined };
  [HSE_REQ_DONE_WITH_SESSION]: { input: FinalStatus | undefined; output: undefined };
  [HSE_REQ_MAP_URL_TO_PATH]: { input: string; output: string };
  [HSE_REQ_GET_SSPI_INFO]: { input: unknown; output: never };
  [HSE_APPEND_LOG_PARAMETER]: { input: string; output: undefined };
  [HSE_REQ_IO_COMPLETION]: { input: HseIoCompletionInfo; output: undefined };
  [HSE_REQ_TRANSMIT_FILE]: { input: HseTransmitFileInfo; output: undefined };
  [HSE_REQ_REFRESH_ISAPI_ACL]: { input: string; output: undefined };
  [HSE_REQ_IS_KEEP_CONN]: { input: undefined; output: boolean };
  [HSE_REQ_ASYNC_READ_CLIENT]: { input: HseAsyncReadClientInfo; output: undefined };
  [HSE_REQ_GET_IMPERSONATION_TOKEN]: { input: undefined; output: ImpersonationToken };
  [HSE_REQ_MAP_URL_TO_PATH_EX]: { input: string; output: HseUrlMapExInfo };
  [HSE_REQ_ABORTIVE_CLOSE]: { input: undefined; output: undefined };
  [HSE_REQ_GET_CERT_INFO_EX]: { input: undefined; output: CertContextEx };
  [HSE_REQ_SEND_RESPONSE_HEADER_EX]: { input: HseSendHeaderExInfo; output: undefined };
  [HSE_REQ_CLOSE_CONNECTION]: { input: undefined; output: undefined };
  [HSE_REQ_IS_CONNECTED]: { input: undefined; output: boolean };
  [HSE_REQ_EXTENSION_TRIGGER]: { input: unknown; output: never };
  [HSE_REQ_MAP_UNICODE_URL_TO_PATH]: { input: string; output: string };
  [HSE_REQ_MAP_UNICODE_URL_TO_PATH_EX]: { input: string; output: HseUrlMapExInfo };
  [HSE_REQ_EXEC_UNICODE_URL]: { input: HseExecUrlInfo; output: undefined };
  [HSE_REQ_EXEC_URL]: { input: HseExecUrlInfo; output: undefined };
  [HSE_REQ_GET_EXEC_URL_STATUS]: { input: undefined; output: HseExecUrlStatus };
  [HSE_REQ_SEND_CUSTOM_ERROR]: { input: HseCustomErrorInfo; output: undefined };
  [HSE_REQ_IS_IN_PROCESS]: { input: undefined; output: number };
  [HSE_REQ_REPORT_UNHEALTHY]: { input: string | undefined; output: undefined };
  [HSE_REQ_NORMALIZE_URL]: { input: string; output: string };
  [HSE_REQ_VECTOR_SEND]: { input: HseResponseVector; output: undefined };
  [HSE_REQ_GET_ANONYMOUS_TOKEN]: { input: unknown; output: never };
  [HSE_REQ_GET_CACHE_INVALIDATION_CALLBACK]: {
    input: undefined;
    output: HseCacheInvalidationCallback;
  };
  [HSE_REQ_GET_UNICODE_ANONYMOUS_TOKEN]: { input: unknown; output: never };
  [HSE_REQ_GET_TRACE_INFO]: { input: undefined; output: HseTraceInfo };
  [HSE_REQ_SET_FLUSH_FLAG]: { input: boolean; output: undefined };
  [HSE_REQ_GET_TRACE_INFO_EX]: { input: undefined; output: HttpTraceConfiguration };
  [HSE_REQ_RAISE_TRACE_EVENT]: { input: HttpTraceEvent; output: undefined };
  [HSE_REQ_GET_CONFIG_OBJECT]: { input: undefined; output: Readonly<Record<string, unknown>> };
  [HSE_REQ_GET_WORKER_PROCESS_SETTINGS]: {
    input: undefined;
    output: Readonly<Record<string, unknown>>;
  };
  [HSE_REQ_GET_PROTOCOL_MANAGER_CUSTOM_INTERFACE_CALLBACK]: { input: unknown; output: never };
  [HSE_REQ_CANCEL_IO]: { input: undefined; output: undefined };
  [HSE_REQ_GET_CHANNEL_BINDING_TOKEN]: { input: unknown; output: never };
}

/** A code that `serverSupportFunction` knows. ISAPI: `dwHSERequest`. */
export type HseRequest = keyof HseRequests;

/** What a request code takes. ISAPI: `lpvBuffer` and the other parameters of the call. */
export type HseInput<Code extends HseRequest> = HseRequests[Code]['input'];

/** What a request code gives. ISAPI: what the host writes behind the parameters of the call. */
export type HseOutput<Code extends HseRequest> = HseRequests[Code]['output'];

/**
 * The arguments after the code: none, one, or one that may be left out.
 *
 * ISAPI: `lpvBuffer` and the other parameters of the call.
 */
export type HseInputArguments<Code extends HseRequest> = [HseInput<Code>] extends [undefined]
  ? []
  : undefined extends HseInput<Code>
    ? [input?: HseInput<Code>]
    : [input: HseInput<Code>];

/** The extension runs inside the server's process. ISAPI: `HSE_APP_FLAG_IN_PROCESS`. */
export const HSE_APP_FLAG_IN_PROCESS = 0 as const;

/** The extension has a process of its own. ISAPI: `HSE_APP_FLAG_ISOLATED_OOP`. */
export const HSE_APP_FLAG_ISOLATED_OOP = 1 as const;

/** The extension runs in a process of its pool. ISAPI: `HSE_APP_FLAG_POOLED_OOP`. */
export const HSE_APP_FLAG_POOLED_OOP = 2 as const;

/** Who the user is; empty texts for an anonymous one. ISAPI: the HANDLE of an impersonation token. */
export interface ImpersonationToken {
  readonly name: string;
  /** As AUTH_TYPE: `Basic`. */
  readonly authType: string;
}

/** A client certificate. ISAPI: `CERT_CONTEXT_EX`. */
export interface CertContextEx {
  /** The certificate in DER. */
  readonly der: Uint8Array;
  /** As CERT_FLAGS: bit 0, there is one; bit 1, its issuer is not recognised. */
  readonly flags: number;
}

/** Takes one URL, as CACHE_URL gives it, out of the response cache. ISAPI: `PFN_HSE_CACHE_INVALIDATION_CALLBACK`. */
export type HseCacheInvalidationCallback = (url: string) => void;

/** Whether and under which id a request is traced. ISAPI: `HSE_TRACE_INFO`. */
export interface HseTraceInfo {
  readonly traceRequest: boolean;
  /** 16 bytes. */
  readonly traceContextId: Uint8Array;
}

/** How much is traced. ISAPI: `HTTP_TRACE_CONFIGURATION`. */
export interface HttpTraceConfiguration {
  readonly providerEnabled: boolean;
  /** 0 nothing, 1 fatal, 2 error, 3 warning, 4 information, 5 everything. */
  readonly verbosity: number;
}

/** A line for the host's log. ISAPI: `HTTP_TRACE_EVENT`. */
export interface HttpTraceEvent {
  readonly eventName: string;
  /** 1 fatal, 2 error, 3 warning, 4 information, 5 everything; 5 by default. */
  readonly verbosity?: number | undefined;
  /** Fields of the line. */
  readonly eventItems?: Readonly<Record<string, string | number | boolean>> | undefined;
}
