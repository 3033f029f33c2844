/**
 * The host would like to unload: `false` keeps the extension loaded, anything else agrees.
 *
 * ISAPI: `HSE_TERM_ADVISORY_UNLOAD`.
 */
export const HSE_TERM_ADVISORY_UNLOAD = 1 as const;

/**
 * The host will unload, whatever is returned: release everything.
 *
 * ISAPI: `HSE_TERM_MUST_UNLOAD`.
 */
export const HSE_TERM_MUST_UNLOAD = 2 as const;

/** What `terminateExtension` is given. ISAPI: `HSE_TERM_*`. */
export type HseTerm = typeof HSE_TERM_ADVISORY_UNLOAD | typeof HSE_TERM_MUST_UNLOAD;
