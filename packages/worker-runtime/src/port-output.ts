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

/** A write that waits for room, or what is left of it. */
interface Queued {
  /** The extension's own memory while its call lasts, then a copy; of what is in `kept`, nothing. */
  bytes: Uint8Array;
  /** A copy in buffers that can be posted as they are; all but the last are full. */
  kept: ArrayBuffer[];
  bytesLeft: number;
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
      const queued = this.#enqueue(bytes, settle);
      this.#pump();
      // The caller may use its memory again before the rest has left.
      if (queued.bytesLeft > 0) this.#keepRest(queued);
    });
  }

  /** The same, but blocks the thread until all of it has left or was dropped. */
  writeSync(bytes: Uint8Array): void {
    this.#enqueue(bytes, ignore);
    this.#pump();
    this.#sink.blockUntil(() => this.#queue.length === 0);
  }

  /** Posts bytes whatever the window says; they fit a slot. */
  postAll(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      this.#post(this.#copy(piece), piece.length);
    }
  }

  /** Takes the last write that waits back. @returns whether it could be: none of it had left */
  takeLastBack(): boolean {
    const last = this.#queue.at(-1);
    if (last === undefined || last.hasBegun) return false;
    this.#queue.pop();
    this.queuedBytes -= last.bytesLeft;
    this.#giveBack(last);
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
    for (const queued of queue) {
      this.#giveBack(queued);
      queued.settle(error);
    }
  }

  #enqueue(bytes: Uint8Array, settle: Queued['settle']): Queued {
    const queued: Queued = { bytes, kept: [], bytesLeft: bytes.length, hasBegun: false, settle };
    this.#queue.push(queued);
    this.queuedBytes += bytes.length;
    return queued;
  }

  /** Copies what is left of a write: into buffers that can be posted, or, as those are large, a little one as it is. */
  #keepRest(queued: Queued): void {
    const rest = queued.bytes.subarray(queued.bytes.length - queued.bytesLeft);
    if (rest.length < PIECE_BYTES / 2) {
      queued.bytes = new Uint8Array(rest);
      return;
    }
    queued.bytes = nothing;
    for (let at = 0; at < rest.length; at += PIECE_BYTES) {
      queued.kept.push(this.#copy(rest.subarray(at, at + PIECE_BYTES)));
    }
  }

  #giveBack({ kept }: Queued): void {
    for (const buffer of kept) this.#sink.buffers.give(buffer);
  }

  #pump(): void {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      while (first.bytesLeft > 0 && this.#underWay < WRITE_WINDOW_BYTES) this.#postNext(first);
      if (first.bytesLeft > 0) return;
      this.#queue.shift();
      first.settle(undefined);
    }
    this.#onDrained();
  }

  #postNext(queued: Queued): void {
    const { bytes, kept, bytesLeft } = queued;
    const length = Math.min(PIECE_BYTES, bytesLeft);
    const at = bytes.length - bytesLeft;
    this.#post(kept.shift() ?? this.#copy(bytes.subarray(at, at + length)), length);
    this.queuedBytes -= length;
    queued.bytesLeft -= length;
    queued.hasBegun = true;
  }

  /** The extension goes on using its memory, so a copy is what is transferred. */
  #copy(piece: Uint8Array): ArrayBuffer {
    const buffer = this.#sink.buffers.take();
    new Uint8Array(buffer).set(piece);
    return buffer;
  }

  #post(buffer: ArrayBuffer, length: number): void {
    this.hasPosted = true;
    const { slot, connId } = this.#sink;
    this.#underWay += length;
    this.#sink.post({ op: 'write', slot, connId, buffer, length }, [buffer]);
  }
}

const nothing: Uint8Array = new Uint8Array();

function ignore(): void {
  // A blocking write looks at its queue itself.
}
