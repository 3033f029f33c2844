/** Word numbers of a slot's header. Lengths are in bytes. */
export const SLOT_STATE = 0;
/** Counts replies to blocking calls; a blocked thread waits on it. */
export const SLOT_CALL = 1;
/** Zero, or why the session should end: one of `CANCEL_*`. */
export const SLOT_CANCEL = 2;
export const SLOT_REQUEST_BYTES = 3;
export const SLOT_HEADER_BYTES = 4;
export const SLOT_BODY_BYTES = 5;
export const SLOT_STATUS_CODE = 6;
export const SLOT_ANSWER_OFFSET = 7;
export const SLOT_HEAD_BYTES = 8;
export const SLOT_ANSWER_BYTES = 9;
export const SLOT_ANSWER_FLAGS = 10;
export const SLOT_LOG_STATUS = 11;
export const SLOT_LOG_BYTES = 12;
export const SLOT_HSE_STATUS = 13;
/** Two words each, a float64: ms on the clock of `monotonicMs`. */
export const SLOT_CLAIMED_AT = 14;
export const SLOT_DONE_AT = 16;
export const SLOT_SCRIPT_BYTES = 18;
export const SLOT_CONNECTION_BYTES = 19;
/** Where a thread notes that it has begun the request; read only in a pool process. */
export const SLOT_CLAIM_CELL = 20;

export const SLOT_HEADER_WORDS = 32;

/** Why a session should end: what `SLOT_CANCEL` says. */
export const CANCEL_CLIENT_GONE = 1;
export const CANCEL_DEADLINE = 2;
export const CANCEL_SHUTDOWN = 3;
