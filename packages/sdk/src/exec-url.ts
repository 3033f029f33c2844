import type { HeaderLines } from './sending.ts';

/** Suppress the status line and headers of the child. ISAPI: `HSE_EXEC_URL_NO_HEADERS`. */
export const HSE_EXEC_URL_NO_HEADERS = 0x02 as const;

/**
 * Skip the wildcard map that runs now and go on with the next one.
 *
 * ISAPI: `HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR`.
 */
export const HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR = 0x04 as const;

/**
 * The child does not look at `If-*` and `Range` headers.
 *
 * ISAPI: `HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE`.
 */
export const HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE = 0x10 as const;

/** Errors of the child do not become configured error pages. ISAPI: `HSE_EXEC_URL_DISABLE_CUSTOM_ERROR`. */
export const HSE_EXEC_URL_DISABLE_CUSTOM_ERROR = 0x20 as const;

/** The child is the command of a server-side include. ISAPI: `HSE_EXEC_URL_SSI_CMD`. */
export const HSE_EXEC_URL_SSI_CMD = 0x40 as const;

/** The child's response may enter the server's cache. ISAPI: `HSE_EXEC_URL_HTTP_CACHE_ELIGIBLE`. */
export const HSE_EXEC_URL_HTTP_CACHE_ELIGIBLE = 0x80 as const;

/**
 * Input of `HSE_REQ_EXEC_URL`: run another URL of this server, which answers the same client.
 *
 * With a completion registered (`HSE_REQ_IO_COMPLETION`) the call settles when the child has started, and its end
 * goes to the completion. Without one it settles when the child is done. Then `HSE_REQ_GET_EXEC_URL_STATUS`
 * tells how it went.
 *
 * ISAPI: `HSE_EXEC_URL_INFO`.
 */
export interface HseExecUrlInfo {
  /** A path of this server with its query. Without it, or with the current one: the same request once more. */
  readonly url?: string | undefined;
  /** The child's method; the parent's by default. */
  readonly method?: string | undefined;
  /** All headers of the child; the parent's by default. */
  readonly childHeaders?: HeaderLines | undefined;
  /** Whom the child takes for the user; the parent's by default. */
  readonly userInfo?: HseExecUrlUserInfo | undefined;
  /** The child's body; by default what the parent has not read of its own. */
  readonly entity?: Uint8Array | undefined;
  /** `HSE_EXEC_URL_*`, added up; 0 by default. */
  readonly flags?: number | undefined;
}

/** The user of a child request. ISAPI: `HSE_EXEC_URL_USER_INFO`. */
export interface HseExecUrlUserInfo {
  /** What the child finds in REMOTE_USER. */
  readonly customUserName?: string | undefined;
  /** What the child finds in AUTH_TYPE. */
  readonly customAuthType?: string | undefined;
}

/** How the last `HSE_REQ_EXEC_URL` of this request went. ISAPI: `HSE_EXEC_URL_STATUS`. */
export interface HseExecUrlStatus {
  /** HTTP status that the child answered with. */
  readonly statusCode: number;
  /** Sub-status, as the 18 of 403.18; 0 without one. */
  readonly subStatus: number;
  /** Error number; 0 without one. */
  readonly win32Error: number;
}
