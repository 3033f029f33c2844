import type { IsapiError } from '@isapi-host/sdk';
import { type BufferPool, PIECE_BYTES, type ToHost, WRITE_WINDOW_BYTES } from './protocol/index.ts';

/** How output reaches the host. */
export interface PortSink {
  readonly slot: number;
  readonly connId: number;
  readonly buffers: BufferPool;
  post(message: ToHost, transfer?: readonly ArrayBuffer[]): void;
  /** Blocks the thread until `isDone`. */
  blockUntil(isDone: () => boolean): void;
}

interface Queued {
  bytes: Uint8Array;
  offset: number;
  /** Some of it has left. */
  hasBegun: boolean;
  readonly settle: (error: IsapiError | undefined) => void;
}

/**
 * Output of one session that goes by the port, in call order. At most WRITE_WINDOW_BYTES are under way; what is
 * written beyond waits here, copied.
 */
export class PortOutput {
  readonly #sink: PortSink;
  readonly #onDrained: () => void;
  #queue: Queued[] = [];
  /** Bytes posted and not yet taken by the client's connection. */
  #underWay = 0;
  hasPosted = false;
  /** Bytes that wait for room. */
  queuedBytes = 0;

  /** @param onDrained - called when nothing waits any more */
  constructor(sink: PortSink, onDrained: () => void) {
    this.#sink = sink;
    this.#onDrained = onDrained;
  }

  /** How many writes wait for room. */
  get queued(): number {
    return this.#queue.length;
  }

  /** @returns bytes accepted; a promise, when the window is full */
  write(bytes: Uint8Array): number | Promise<number> {
    if (this.#queue.length === 0 && this.#underWay + bytes.length <= WRITE_WINDOW_BYTES) {
      this.postAll(bytes);
      return bytes.length;
    }
    return new Promise((resolve, reject) => {
      const settle = (error: IsapiError | undefined): void => {
        if (error === undefined) resolve(bytes.length);
        else reject(error);
      };
      const queued: Queued = { bytes, offset: 0, hasBegun: false, settle };
      this.#queue.push(queued);
      this.queuedBytes += bytes.length;
      this.#pump();
      // The caller may use its memory again before the rest has left.
      if (queued.offset < bytes.length) keepRest(queued);
    });
  }

  /** The same, but blocks the thread until all of it has left or was dropped. */
  writeSync(bytes: Uint8Array): void {
    this.#queue.push({ bytes, offset: 0, hasBegun: false, settle: ignore });
    this.queuedBytes += bytes.length;
    this.#pump();
    this.#sink.blockUntil(() => this.#queue.length === 0);
  }

  /** Posts bytes whatever the window says; they fit a slot. */
  postAll(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      this.#post(bytes.subarray(at, at + PIECE_BYTES));
    }
  }

  /** Takes the last write that waits back. @returns whether it could be: none of it had left */
  takeLastBack(): boolean {
    const last = this.#queue.at(-1);
    if (last === undefined || last.hasBegun) return false;
    this.#queue.pop();
    this.queuedBytes -= last.bytes.length;
    return true;
  }

  /** The client's connection took bytes. */
  credit(bytes: number): void {
    this.#underWay -= bytes;
    this.#pump();
  }

  /** Drops what waits. */
  drop(error: IsapiError): void {
    const queue = this.#queue;
    this.#queue = [];
    this.queuedBytes = 0;
    for (const { settle } of queue) settle(error);
  }

  #pump(): void {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const { bytes } = first;
      while (first.offset < bytes.length && this.#underWay < WRITE_WINDOW_BYTES) {
        const end = Math.min(first.offset + PIECE_BYTES, bytes.length);
        this.#post(bytes.subarray(first.offset, end));
        this.queuedBytes -= end - first.offset;
        first.offset = end;
        first.hasBegun = true;
      }
      if (first.offset < bytes.length) return;
      this.#queue.shift();
      first.settle(undefined);
    }
    this.#onDrained();
  }

  #post(piece: Uint8Array): void {
    this.hasPosted = true;
    // The extension goes on using its memory, so a copy is what is transferred.
    const { slot, connId, buffers } = this.#sink;
    const buffer = buffers.take();
    const { length } = piece;
    new Uint8Array(buffer).set(piece);
    this.#underWay += length;
    this.#sink.post({ op: 'write', slot, connId, buffer, length }, [buffer]);
  }
}

function keepRest(queued: Queued): void {
  queued.bytes = new Uint8Array(queued.bytes.subarray(queued.offset));
  queued.offset = 0;
}

function ignore(): void {
  // A blocking write looks at its queue itself.
}
