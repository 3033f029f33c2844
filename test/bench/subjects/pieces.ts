import { UNIT_BYTES, unit } from '../pattern.ts';

/** The pattern in pieces of 64 KiB, `bytes` long in all. */
export function* pieces(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= UNIT_BYTES) {
    yield unit.subarray(0, Math.min(left, UNIT_BYTES));
  }
}
