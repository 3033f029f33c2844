import type { Client } from '../callbacks/client.ts';
import type { Pool } from '../dispatch/pool.ts';

/** Answer bytes that are reported to the thread in one message. */
const BATCH_BYTES = 256 * 1024;

/** Tells the thread of a session which bytes of its answer the client's connection took, and gives their buffers back. */
export class WriteCredit {
  readonly #client: Client;
  readonly #pool: Pool;
  #bytes = 0;
  #buffers: ArrayBuffer[] = [];

  constructor(client: Client, pool: Pool) {
    this.#client = client;
    this.#pool = pool;
  }

  add(buffer: ArrayBuffer, bytes: number): void {
    this.#buffers.push(buffer);
    this.#bytes += bytes;
    if (this.#bytes < BATCH_BYTES) return;
    const { slot, connId } = this.#client;
    const buffers = this.#buffers;
    this.#pool.post(
      this.#client,
      { op: 'credit', slot, connId, bytes: this.#bytes, buffers },
      buffers,
    );
    this.#bytes = 0;
    this.#buffers = [];
  }
}
