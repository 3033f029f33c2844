/*
 * A pool process notes each request in a file of its host right before a thread begins it, so that the host can tell
 * what was begun from what was not when the process has died. The file is an array of cells; a cell holds the connId
 * of the last request that was begun of those the host gave it to.
 */

/** Bytes of a cell, a float64. */
export const CLAIM_CELL_BYTES = 8;
