/** Body bytes between two looks at the garbage of uploads, and what makes V8 look. */
const WEIGH_BYTES = 8 * 1024 * 1024;
const WEIGHT_BYTES = 40 * 1024 * 1024;

/**
 * V8 weighs the memory of buffers only when it allocates one itself; those that come by message it lets pile up to
 * 100 MiB. An allocation of more than it lets young buffers have makes it look. Its pages are never touched, so it
 * costs no memory; an upload of any size then adds less than 32 MiB (docs/performance.md).
 */
export class UploadGarbage {
  #unweighed = 0;
  /** Keeps the compiler from leaving the allocation out. */
  weight: ArrayBuffer | undefined;

  /** These came by message, and will be garbage soon. */
  add(chunks: readonly Uint8Array[]): void {
    for (const { length } of chunks) this.#unweighed += length;
    if (this.#unweighed < WEIGH_BYTES) return;
    this.#unweighed = 0;
    this.weight = new ArrayBuffer(WEIGHT_BYTES);
    this.weight = undefined;
  }
}
