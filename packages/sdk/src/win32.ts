/** No error; only ever seen as the `error` of a completion. ISAPI: `ERROR_SUCCESS`. */
export const ERROR_SUCCESS = 0 as const;

/** There is no such file, or no error page for this status. ISAPI: `ERROR_FILE_NOT_FOUND`. */
export const ERROR_FILE_NOT_FOUND = 2 as const;

/** There is no such folder. ISAPI: `ERROR_PATH_NOT_FOUND`. */
export const ERROR_PATH_NOT_FOUND = 3 as const;

/** Not allowed. ISAPI: `ERROR_ACCESS_DENIED`. */
export const ERROR_ACCESS_DENIED = 5 as const;

/** Not an open file. ISAPI: `ERROR_INVALID_HANDLE`. */
export const ERROR_INVALID_HANDLE = 6 as const;

/** Memory ran out. ISAPI: `ERROR_NOT_ENOUGH_MEMORY`. */
export const ERROR_NOT_ENOUGH_MEMORY = 8 as const;

/** Memory ran out. ISAPI: `ERROR_OUTOFMEMORY`. */
export const ERROR_OUTOFMEMORY = 14 as const;

/** Bytes could not be sent. ISAPI: `ERROR_WRITE_FAULT`. */
export const ERROR_WRITE_FAULT = 29 as const;

/** Bytes could not be read. ISAPI: `ERROR_READ_FAULT`. */
export const ERROR_READ_FAULT = 30 as const;

/** The range lies behind the end of the file. ISAPI: `ERROR_HANDLE_EOF`. */
export const ERROR_HANDLE_EOF = 38 as const;

/** A request that ISAPI documents and this host refuses. ISAPI: `ERROR_NOT_SUPPORTED`. */
export const ERROR_NOT_SUPPORTED = 50 as const;

/** The connection was closed, by `HSE_REQ_CLOSE_CONNECTION` or by the client. ISAPI: `ERROR_NETNAME_DELETED`. */
export const ERROR_NETNAME_DELETED = 64 as const;

/** A bad argument, an unknown request code, or a session that is over. ISAPI: `ERROR_INVALID_PARAMETER`. */
export const ERROR_INVALID_PARAMETER = 87 as const;

/** The client sent or took nothing for too long. ISAPI: `ERROR_SEM_TIMEOUT`. */
export const ERROR_SEM_TIMEOUT = 121 as const;

/** The buffer is too small. ISAPI: `ERROR_INSUFFICIENT_BUFFER`. */
export const ERROR_INSUFFICIENT_BUFFER = 122 as const;

/** The extension module does not exist. ISAPI: `ERROR_MOD_NOT_FOUND`. */
export const ERROR_MOD_NOT_FOUND = 126 as const;

/** The module lacks an entry point. ISAPI: `ERROR_PROC_NOT_FOUND`. */
export const ERROR_PROC_NOT_FOUND = 127 as const;

/** The resource is in use. ISAPI: `ERROR_BUSY`. */
export const ERROR_BUSY = 170 as const;

/** The file is not an extension module. ISAPI: `ERROR_BAD_EXE_FORMAT`. */
export const ERROR_BAD_EXE_FORMAT = 193 as const;

/** There is no value, or nothing more to read. ISAPI: `ERROR_NO_DATA`. */
export const ERROR_NO_DATA = 232 as const;

/** More is there than fits. ISAPI: `ERROR_MORE_DATA`. */
export const ERROR_MORE_DATA = 234 as const;

/** The operation was cancelled, or the client went away. ISAPI: `ERROR_OPERATION_ABORTED`. */
export const ERROR_OPERATION_ABORTED = 995 as const;

/** Another asynchronous operation of this request is still under way. ISAPI: `ERROR_IO_PENDING`. */
export const ERROR_IO_PENDING = 997 as const;

/** The module threw while it was loaded, or refused to start. ISAPI: `ERROR_DLL_INIT_FAILED`. */
export const ERROR_DLL_INIT_FAILED = 1114 as const;

/** There is no such server variable. ISAPI: `ERROR_INVALID_INDEX`. */
export const ERROR_INVALID_INDEX = 1413 as const;

/** A time limit passed. ISAPI: `ERROR_TIMEOUT`. */
export const ERROR_TIMEOUT = 1460 as const;

/** TRANSMIT_FILE starts behind the end of the file. ISAPI: `WSAEINVAL`. */
export const WSAEINVAL = 10022 as const;

/** The client reset the connection. ISAPI: `WSAECONNRESET`. */
export const WSAECONNRESET = 10054 as const;

/**
 * Every error name that the API uses, to its number.
 *
 * ISAPI: what `GetLastError` returns after a callback returned FALSE.
 */
export const WIN32_ERRORS = {
  ERROR_SUCCESS: 0,
  ERROR_FILE_NOT_FOUND: 2,
  ERROR_PATH_NOT_FOUND: 3,
  ERROR_ACCESS_DENIED: 5,
  ERROR_INVALID_HANDLE: 6,
  ERROR_NOT_ENOUGH_MEMORY: 8,
  ERROR_OUTOFMEMORY: 14,
  ERROR_WRITE_FAULT: 29,
  ERROR_READ_FAULT: 30,
  ERROR_HANDLE_EOF: 38,
  ERROR_NOT_SUPPORTED: 50,
  ERROR_NETNAME_DELETED: 64,
  ERROR_INVALID_PARAMETER: 87,
  ERROR_SEM_TIMEOUT: 121,
  ERROR_INSUFFICIENT_BUFFER: 122,
  ERROR_MOD_NOT_FOUND: 126,
  ERROR_PROC_NOT_FOUND: 127,
  ERROR_BUSY: 170,
  ERROR_BAD_EXE_FORMAT: 193,
  ERROR_NO_DATA: 232,
  ERROR_MORE_DATA: 234,
  ERROR_OPERATION_ABORTED: 995,
  ERROR_IO_PENDING: 997,
  ERROR_DLL_INIT_FAILED: 1114,
  ERROR_INVALID_INDEX: 1413,
  ERROR_TIMEOUT: 1460,
  WSAEINVAL: 10022,
  WSAECONNRESET: 10054,
} as const;

/** The name of an error number that the API uses. ISAPI: `ERROR_*`. */
export type Win32ErrorName = keyof typeof WIN32_ERRORS;

/** An error number that the API uses. ISAPI: the DWORD of `GetLastError`. */
export type Win32ErrorNumber = (typeof WIN32_ERRORS)[Win32ErrorName];

/**
 * Gives the name of an error number, or `undefined` when the API does not use that number.
 * For the `error` of a completion, which is a bare number.
 *
 * ISAPI: `ERROR_*`.
 */
export function win32ErrorName(number: number): Win32ErrorName | undefined {
  for (const name of Object.keys(WIN32_ERRORS) as Win32ErrorName[]) {
    if (WIN32_ERRORS[name] === number) return name;
  }
  return undefined;
}
