import type { HseInputArguments, HseOutput, HseRequest } from './server-support.ts';
import type { ServerVariableName } from './server-variables.ts';

/**
 * Room for `logData` in bytes, the closing NUL of C included: 79 bytes of UTF-8 are kept.
 *
 * ISAPI: `HSE_LOG_BUFFER_LEN`.
 */
export const HSE_LOG_BUFFER_LEN = 80 as const;

/**
 * Names one request for its whole life; not used again while the host runs. A plain number at run time.
 *
 * ISAPI: `ConnID`, of type HCONN.
 */
export type ConnId = number & { readonly __brand: 'ConnId' };

/**
 * Tells when nobody waits for the answer any more: the platform's `AbortSignal` where the author's project knows
 * that type (`@types/node`, DOM), else the part of it that every platform has.
 *
 * ISAPI: none.
 */
export type SessionSignal = typeof globalThis extends {
  readonly AbortSignal: { readonly prototype: infer Signal };
}
  ? Signal
  : BareSignal;

/** The part of `AbortSignal` that needs no other type of the platform. ISAPI: none. */
export interface BareSignal {
  readonly aborted: boolean;
  /** Why: an `IsapiError`. */
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * One request as its extension sees it, and the way back to the client.
 *
 * It is dead once the session is done: `httpExtensionProc` returned a final status, or a pending session did its
 * `HSE_REQ_DONE_WITH_SESSION`. From then on every member that acts throws ERROR_INVALID_PARAMETER, and the
 * fields keep their last values. Members that return a promise reject where the `Sync` ones throw.
 *
 * Output reaches the client in the order of the calls, awaited or not.
 *
 * ISAPI: `EXTENSION_CONTROL_BLOCK`.
 */
export interface ExtensionControlBlock {
  /** Names this request. ISAPI: `ConnID`. */
  readonly connId: ConnId;

  /** The ISAPI revision of the host, as `makeVersion` builds it. ISAPI: `dwVersion`. */
  readonly version: number;

  /** The method as the client sent it, as `GET`. ISAPI: `lpszMethod`. */
  readonly method: string;

  /** What follows the first `?` of the URL, not decoded; empty without one. ISAPI: `lpszQueryString`. */
  readonly queryString: string;

  /**
   * The part of the path that belongs to the extension, decoded. By path or by file: what follows the extension's
   * own URL. By script map: the full path, unless the map says otherwise.
   *
   * ISAPI: `lpszPathInfo`.
   */
  readonly pathInfo: string;

  /** Where `pathInfo` lies on disk; for a script map the file of the script. ISAPI: `lpszPathTranslated`. */
  readonly pathTranslated: string;

  /** The `Content-Type` of the request; empty without one. ISAPI: `lpszContentType`. */
  readonly contentType: string;

  /**
   * Bytes of body that the client announced, or `undefined` when it did not (chunked).
   *
   * ISAPI: `cbTotalBytes`, where 0xFFFFFFFF stands for "not announced".
   */
  readonly totalBytes: number | undefined;

  /**
   * The first bytes of the body, already read: all of it, or the host's read-ahead (48 KiB unless configured).
   * `readClient` gives what follows.
   *
   * ISAPI: `lpbData` and `cbAvailable`.
   */
  readonly data: Uint8Array;

  /**
   * The status for the log; 0 until the extension sets it, and then the status that was sent is logged.
   * Does not change the answer.
   *
   * ISAPI: `dwHttpStatusCode`.
   */
  httpStatusCode: number;

  /** A text for the access log; 79 bytes of UTF-8 are kept. ISAPI: `lpszLogData`. */
  logData: string;

  /**
   * Aborted when the client is gone, the deadline passed or the host shuts down. What the extension returns still
   * counts, and a pending session still owes its `HSE_REQ_DONE_WITH_SESSION`.
   *
   * ISAPI: none.
   */
  readonly signal: SessionSignal;

  /**
   * Gives a server variable. It is here already: no trip to the host, nothing to await.
   *
   * ISAPI: `GetServerVariable`; here the text is returned, there is no buffer to be too small.
   *
   * @param name - a name of `SERVER_VARIABLES`, `HTTP_` with a header (`-` as `_`), or `HEADER_` with a header
   *   as it was sent; in upper or lower case
   * @returns the value; empty for a known variable without one
   * @throws IsapiError `ERROR_INVALID_INDEX` - no such variable, or the request has no such header
   */
  getServerVariable(name: ServerVariableName): string;

  /**
   * Reads the next bytes of the request body, those after `data`.
   *
   * ISAPI: `ReadClient`; here the bytes are returned, there is no buffer to fill.
   *
   * @param maxBytes - most bytes to return
   * @returns at least one byte, or an empty array at the end of the body; in the profile `classic`, as in IIS, also
   *   when the client left before that
   * @throws IsapiError `ERROR_OPERATION_ABORTED` - the client left before the end of the body (profile `modern`)
   * @throws IsapiError `ERROR_SEM_TIMEOUT` - the client sent nothing for too long; reading again may succeed
   * @throws IsapiError `ERROR_IO_PENDING` - an asynchronous operation is under way
   * @throws IsapiError `ERROR_INVALID_PARAMETER` - `maxBytes` is no whole number from 0, or the session is done
   */
  readClient(maxBytes: number): Promise<Uint8Array>;

  /** `readClient`, but blocks the thread, and with it every other session on it. ISAPI: `ReadClient`. */
  readClientSync(maxBytes: number): Uint8Array;

  /**
   * Sends bytes of the response. Small answers need no await: up to the first full buffer a call settles at once.
   *
   * With `HSE_IO_ASYNC` in `flags` it settles when the operation has started, and its end goes to the completion
   * of `HSE_REQ_IO_COMPLETION`, with the number of bytes.
   *
   * ISAPI: `WriteClient`.
   *
   * @param data - bytes, to be left alone until the promise settles: what does not fit the window is sent from here;
   *   a string is sent as UTF-8
   * @param flags - `HSE_IO_SYNC` (default) or `HSE_IO_ASYNC`, and `HSE_IO_NODELAY`
   * @returns bytes sent, once they are accepted under back-pressure
   * @throws IsapiError `ERROR_NETNAME_DELETED` - the client is gone
   * @throws IsapiError `ERROR_IO_PENDING` - an asynchronous operation is under way
   * @throws IsapiError `ERROR_INVALID_PARAMETER` - bad flags, `HSE_IO_ASYNC` without a completion, output after
   *   the last output, or the session is done
   */
  writeClient(data: string | Uint8Array, flags?: number): Promise<number>;

  /** `writeClient`, but blocks the thread while the client is slow. ISAPI: `WriteClient`. */
  writeClientSync(data: string | Uint8Array, flags?: number): number;

  /**
   * Asks the host for one of its services. `HseRequests` says what each code takes and gives.
   *
   * ISAPI: `ServerSupportFunction`.
   *
   * @param code - an `HSE_REQ_*` number, or `HSE_APPEND_LOG_PARAMETER`
   * @param input - what that code takes
   * @throws IsapiError `ERROR_INVALID_PARAMETER` - unknown code, bad input, wrong moment, or the session is done
   * @throws IsapiError `ERROR_NOT_SUPPORTED` - a code that this host refuses
   */
  serverSupportFunction<Code extends HseRequest>(
    code: Code,
    ...input: HseInputArguments<Code>
  ): Promise<HseOutput<Code>>;

  /**
   * `serverSupportFunction`, but blocks the thread until the host has answered. As in ISAPI, `HSE_REQ_EXEC_URL`
   * needs a completion here: it is started, and the call returns.
   *
   * ISAPI: `ServerSupportFunction`.
   */
  serverSupportFunctionSync<Code extends HseRequest>(
    code: Code,
    ...input: HseInputArguments<Code>
  ): HseOutput<Code>;
}
