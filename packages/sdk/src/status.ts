/** The request is done; the host may close the connection. ISAPI: `HSE_STATUS_SUCCESS`. */
export const HSE_STATUS_SUCCESS = 1 as const;

/**
 * The request is done, and the extension wishes the connection to stay open. Framing and `keepConn` decide,
 * so this is the same as `HSE_STATUS_SUCCESS` but for heads written raw.
 *
 * ISAPI: `HSE_STATUS_SUCCESS_AND_KEEP_CONN`.
 */
export const HSE_STATUS_SUCCESS_AND_KEEP_CONN = 2 as const;

/**
 * The extension works on after returning and ends the session with `HSE_REQ_DONE_WITH_SESSION`.
 *
 * ISAPI: `HSE_STATUS_PENDING`.
 */
export const HSE_STATUS_PENDING = 3 as const;

/**
 * The extension failed: the host answers 500 when no byte is out, else it cuts the connection.
 *
 * ISAPI: `HSE_STATUS_ERROR`.
 */
export const HSE_STATUS_ERROR = 4 as const;

/** What `httpExtensionProc` returns. ISAPI: `HSE_STATUS_*`. */
export type HseStatus =
  | typeof HSE_STATUS_SUCCESS
  | typeof HSE_STATUS_SUCCESS_AND_KEEP_CONN
  | typeof HSE_STATUS_PENDING
  | typeof HSE_STATUS_ERROR;

/** How a session can end: every status but "not yet". ISAPI: the DWORD given to `HSE_REQ_DONE_WITH_SESSION`. */
export type FinalStatus = Exclude<HseStatus, typeof HSE_STATUS_PENDING>;
