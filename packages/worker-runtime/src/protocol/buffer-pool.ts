/** Bytes of each buffer that carries output from a thread to the host. */
export const PIECE_BYTES: number = 64 * 1024;

/** Buffers kept for the next use; more are left to the garbage collector. */
const MAX_KEPT = 64;

/**
 * Buffers that go to the host and come back with its credit. With a new one for each piece, every 64 KiB were garbage
 * in two heaps: a download of 1 GiB took twice the processor time and 100 MiB more memory.
 */
export class BufferPool {
  readonly #kept: ArrayBuffer[] = [];

  /** A buffer of PIECE_BYTES, its contents left over from an earlier use. */
  take(): ArrayBuffer {
    return this.#kept.pop() ?? new ArrayBuffer(PIECE_BYTES);
  }

  /** Takes a buffer back; one of another size, or that is on its way elsewhere, is dropped. */
  give(buffer: ArrayBuffer): void {
    if (buffer.byteLength === PIECE_BYTES && this.#kept.length < MAX_KEPT) this.#kept.push(buffer);
  }
}
