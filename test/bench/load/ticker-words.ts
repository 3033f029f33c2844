// The words that a ticker shares with its thread.

/** Never set: waiting for it is sleeping. */
export const SLEEP = 0;
/** 1: the last tick was not taken yet. */
export const PENDING = 1;
export const STOPPED = 2;
export const TICK_WORDS = 3;
