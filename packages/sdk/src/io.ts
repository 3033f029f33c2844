import type { ExtensionControlBlock } from './control-block.ts';

/** Settle when the bytes are accepted; the default. For `writeClient` and VECTOR_SEND. ISAPI: `HSE_IO_SYNC`. */
export const HSE_IO_SYNC = 0x0000_0001 as const;

/**
 * Start the operation and report its end to the completion of `HSE_REQ_IO_COMPLETION`.
 * For `writeClient`, ASYNC_READ_CLIENT, TRANSMIT_FILE and VECTOR_SEND.
 *
 * ISAPI: `HSE_IO_ASYNC`.
 */
export const HSE_IO_ASYNC = 0x0000_0002 as const;

/**
 * Close the connection after this send; no output may follow. For TRANSMIT_FILE and VECTOR_SEND.
 *
 * ISAPI: `HSE_IO_DISCONNECT_AFTER_SEND`.
 */
export const HSE_IO_DISCONNECT_AFTER_SEND = 0x0000_0004 as const;

/**
 * Build the status line and the headers from the structure. For TRANSMIT_FILE and VECTOR_SEND.
 *
 * ISAPI: `HSE_IO_SEND_HEADERS`.
 */
export const HSE_IO_SEND_HEADERS = 0x0000_0008 as const;

/** This is the last output of the response. For VECTOR_SEND. ISAPI: `HSE_IO_FINAL_SEND`. */
export const HSE_IO_FINAL_SEND = 0x0000_0010 as const;

/** The server may keep the whole response in its cache. For VECTOR_SEND. ISAPI: `HSE_IO_CACHE_RESPONSE`. */
export const HSE_IO_CACHE_RESPONSE = 0x0000_0020 as const;

/**
 * Keep this 4xx or 5xx body instead of the configured error page. For VECTOR_SEND.
 *
 * ISAPI: `HSE_IO_TRY_SKIP_CUSTOM_ERRORS`.
 */
export const HSE_IO_TRY_SKIP_CUSTOM_ERRORS = 0x0000_0040 as const;

/**
 * Send without waiting for more to fill a packet. For `writeClient`, TRANSMIT_FILE and VECTOR_SEND.
 *
 * ISAPI: `HSE_IO_NODELAY`.
 */
export const HSE_IO_NODELAY = 0x0000_1000 as const;

/**
 * Reports the end of an asynchronous operation: called once for each one that started, never inside the call that
 * started it. A throw or a rejection ends the session with `HSE_STATUS_ERROR`.
 *
 * ISAPI: `PFN_HSE_IO_COMPLETION`.
 *
 * @param ecb - the control block of the request
 * @param context - what was registered with the callback
 * @param bytes - bytes moved; for TRANSMIT_FILE those of the file only, for EXEC_URL 0
 * @param error - 0, or an error number: 64 after `HSE_REQ_CLOSE_CONNECTION`, 995 when the client went away or
 *   after `HSE_REQ_CANCEL_IO`; `win32ErrorName` gives its name
 */
export type HseIoCompletion = (
  ecb: ExtensionControlBlock,
  context: unknown,
  bytes: number,
  error: number,
) => void | Promise<void>;

/** Input of `HSE_REQ_IO_COMPLETION`. ISAPI: `lpvBuffer` and `lpdwDataType` of that request. */
export interface HseIoCompletionInfo {
  /** Called at the end of operations that start from now on; `null` takes the last one away. */
  readonly completion: HseIoCompletion | null;
  /** Handed to the completion as it is; it stays on this thread. */
  readonly context?: unknown;
}

/**
 * Input of `HSE_REQ_ASYNC_READ_CLIENT`. The completion learns how many bytes `buffer` now begins with;
 * 0 bytes: the end of the body, or the client is gone. Leave the buffer alone until then.
 *
 * ISAPI: `lpvBuffer`, `lpdwSize` and `lpdwDataType` of that request.
 */
export interface HseAsyncReadClientInfo {
  /** Filled from its start. Keep a reference, in a closure or as the completion's context, to read it there. */
  readonly buffer: Uint8Array;
  /** Most bytes to read; the buffer's length by default. */
  readonly size?: number | undefined;
  /** Must be `HSE_IO_ASYNC`. */
  readonly flags: typeof HSE_IO_ASYNC;
}
