import type { HseIoCompletion } from './io.ts';

/**
 * Response or request headers. As pairs or as a record they are sent in the order and case given; a list of values
 * sends the header once per value.
 *
 * A string is header lines as in ISAPI, ended by CR LF or LF; in a response the text after the empty line is the
 * beginning of the body. A missing empty line is added.
 *
 * CR, LF or NUL inside a name or a value: ERROR_INVALID_PARAMETER.
 *
 * ISAPI: `pszHeader`.
 */
export type HeaderLines =
  | string
  | readonly (readonly [name: string, value: string])[]
  | Readonly<Record<string, string | readonly string[]>>;

/** Input of `HSE_REQ_SEND_RESPONSE_HEADER`. ISAPI: `lpvBuffer` and `lpdwDataType` of that request. */
export interface HseSendHeaderInfo {
  /** `404` or `'404 Not Found'`; 200 by default. A missing reason phrase is filled in. */
  readonly status?: string | number | undefined;
  readonly header?: HeaderLines | undefined;
}

/** Input of `HSE_REQ_SEND_RESPONSE_HEADER_EX`. ISAPI: `HSE_SEND_HEADER_EX_INFO`. */
export interface HseSendHeaderExInfo extends HseSendHeaderInfo {
  /** `false` closes the connection after the response; `true` keeps it when the client and the framing allow. */
  readonly keepConn: boolean;
}

/**
 * A file to send: its path, or a file that the extension has open and closes itself.
 *
 * ISAPI: a file HANDLE.
 */
export type HseFile = string | { readonly fd: number };

/**
 * Input of `HSE_REQ_TRANSMIT_FILE`: a file, sent by the host without a trip through the thread.
 *
 * With `HSE_IO_ASYNC` the call settles when the operation has started, and its end goes to the completion, with
 * the bytes of the file. Without it, it settles when the last byte is accepted.
 *
 * ISAPI: `HSE_TF_INFO`.
 */
export interface HseTransmitFileInfo {
  /** The file; none sends `head` and `tail` only. */
  readonly file?: HseFile | undefined;
  /** Used with `HSE_IO_SEND_HEADERS`; 200 by default. */
  readonly status?: string | number | undefined;
  /** How many bytes of the file; 0, the default, is all from `offset` on. */
  readonly bytesToWrite?: number | undefined;
  /** Where in the file to begin, in bytes; behind its end: WSAEINVAL. */
  readonly offset?: number | undefined;
  /** With `HSE_IO_SEND_HEADERS` the headers; without, a string or bytes to send before the file. */
  readonly head?: HeaderLines | Uint8Array | undefined;
  /** Sent after the file. */
  readonly tail?: string | Uint8Array | undefined;
  /**
   * `HSE_IO_*`, added up: `HSE_IO_ASYNC`, `HSE_IO_DISCONNECT_AFTER_SEND`, `HSE_IO_SEND_HEADERS`,
   * `HSE_IO_NODELAY`.
   */
  readonly flags: number;
  /** For this operation in place of the registered one. */
  readonly completion?: HseIoCompletion | undefined;
  /** Handed to `completion`. */
  readonly context?: unknown;
}

/** The element is bytes in memory. ISAPI: `HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER`. */
export const HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER = 0 as const;

/** The element is a file or a part of one. ISAPI: `HSE_VECTOR_ELEMENT_TYPE_FILE_HANDLE`. */
export const HSE_VECTOR_ELEMENT_TYPE_FILE_HANDLE = 1 as const;

/** A piece of a vector: bytes in memory, or bytes of a file. ISAPI: `HSE_VECTOR_ELEMENT`. */
export type HseVectorElement =
  | {
      readonly type: typeof HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER;
      /** A string stands for its UTF-8. */
      readonly buffer: string | Uint8Array;
      /** Where in the buffer to begin, in bytes; 0 by default. */
      readonly offset?: number | undefined;
      /** How many bytes; by default all from `offset` on. 0: ERROR_INVALID_PARAMETER. */
      readonly size?: number | undefined;
    }
  | {
      readonly type: typeof HSE_VECTOR_ELEMENT_TYPE_FILE_HANDLE;
      readonly file: HseFile;
      /** Where in the file to begin, in bytes; 0 by default. */
      readonly offset?: number | undefined;
      /** How many bytes; 0, the default, is all from `offset` on. */
      readonly size?: number | undefined;
    };

/**
 * Input of `HSE_REQ_VECTOR_SEND`: headers and any mix of memory and files as one send that nothing can come between.
 *
 * With `HSE_IO_ASYNC` the call settles when the operation has started, and its end goes to the completion, with
 * the bytes of the elements. Without it, it settles when the last byte is accepted.
 *
 * ISAPI: `HSE_RESPONSE_VECTOR`.
 */
export interface HseResponseVector {
  /** `HSE_IO_*`, added up. `HSE_IO_SYNC` and `HSE_IO_ASYNC` exclude each other; neither means `HSE_IO_SYNC`. */
  readonly flags: number;
  /** With `HSE_IO_SEND_HEADERS`, and only then. */
  readonly status?: string | number | undefined;
  /** With `HSE_IO_SEND_HEADERS`, and only then. */
  readonly headers?: HeaderLines | undefined;
  /** At most 1,024, in the order of sending. */
  readonly elements: readonly HseVectorElement[];
}

/**
 * Input of `HSE_REQ_SEND_CUSTOM_ERROR`: the error page that the administrator configured for a status. It is the
 * whole response. None configured: ERROR_FILE_NOT_FOUND, and the extension sends its own.
 *
 * ISAPI: `HSE_CUSTOM_ERROR_INFO`.
 */
export interface HseCustomErrorInfo {
  /** `403` or `'403 Forbidden'`. */
  readonly status: string | number;
  /** Sub-status, as the 18 of 403.18; 0 without one. */
  readonly subError: number;
  /** `true`: settles when the operation has started, and its end goes to the completion. */
  readonly async?: boolean | undefined;
}
