import type { Client } from '../callbacks/client.ts';
import type { BodyFailure, BodyTaker } from '../control-block/request-body.ts';
import type { Pool } from '../dispatch/pool.ts';
import { ownMemory } from './own-memory.ts';

/** Brings what is behind the read-ahead of a body to the thread of its session, as the session allows. */
export class BodyFeed implements BodyTaker {
  readonly #client: Client;
  readonly #pool: Pool;
  readonly #onFailed: (failure: BodyFailure) => void;
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #hasEnded = false;
  #isPostDue = false;

  constructor(client: Client, pool: Pool, onFailed: (failure: BodyFailure) => void) {
    this.#client = client;
    this.#pool = pool;
    this.#onFailed = onFailed;
  }

  take(bytes: Uint8Array, ended: boolean): void {
    if (bytes.length > 0) this.#chunks.push(ownMemory(bytes));
    if (ended) this.#hasEnded = true;
    if (this.#isPostDue) return;
    this.#isPostDue = true;
    // What comes in one turn of the event loop goes in one message: each may have to wake the thread.
    setImmediate(this.#post);
  }

  /** Sends what has come so far, before anything else is sent. */
  flush(): void {
    this.#post();
  }

  failed(failure: BodyFailure): void {
    this.#onFailed(failure);
  }

  readonly #post = (): void => {
    if (!this.#isPostDue) return;
    this.#isPostDue = false;
    const { slot, connId } = this.#client;
    const chunks = this.#chunks.splice(0);
    const ended = this.#hasEnded;
    const memory = chunks.map(({ buffer }) => buffer);
    this.#pool.post(this.#client, { op: 'chunk', slot, connId, chunks, ended }, memory);
  };
}
