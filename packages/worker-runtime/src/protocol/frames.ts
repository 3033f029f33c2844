import { Packr } from 'msgpackr/pack';

/*
 * What a pool process and its host say to each other goes over one stream, as frames:
 *
 *   length of the head | length of the bytes | head, packed | bytes as they are
 *
 * Bodies are bytes, so they are not packed. What is said in one turn of the event loop leaves in one go.
 */

const LENGTHS = 8;
/** No frame is longer; what says so is no frame. */
const MAX_FRAME = 256 * 1024 * 1024;
/** Bytes no longer than this are copied behind their head; longer ones leave from where they are. */
const COPY_BYTES = 16 * 1024;

// Decoded bytes have memory of their own: they may go on to a thread, which would get all that a view lies in.
const packr = new Packr({ useRecords: false, copyBuffers: true });

/** Where frames leave to. */
export interface FrameSink {
  cork(): void;
  write(data: Uint8Array): unknown;
  uncork(): void;
}

/** A frame in memory of its own; `bytes` are copied in. */
export function encodeFrame(head: unknown, bytes: readonly Uint8Array[]): Buffer {
  // A view of a buffer that `pack` uses again.
  const packed = packr.pack(head);
  const bodyBytes = bytes.reduce((sum, piece) => sum + piece.length, 0);
  const frame = Buffer.allocUnsafe(LENGTHS + packed.length + bodyBytes);
  let end = writeLengths(frame, packed, bodyBytes);
  for (const piece of bytes) {
    frame.set(piece, end);
    end += piece.length;
  }
  return frame;
}

function writeLengths(frame: Buffer, packed: Uint8Array, bodyBytes: number): number {
  frame.writeUInt32LE(packed.length, 0);
  frame.writeUInt32LE(bodyBytes, 4);
  frame.set(packed, LENGTHS);
  return LENGTHS + packed.length;
}

/** Sends frames, those of one turn of the event loop together. */
export class FrameWriter {
  readonly #sink: FrameSink;
  #due: Uint8Array[] = [];

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** @param bytes - stay as they are until they are sent */
  send(head: unknown, bytes?: Uint8Array): void {
    if (bytes === undefined) return this.sendFrame(encodeFrame(head, []));
    if (bytes.length <= COPY_BYTES) return this.sendFrame(encodeFrame(head, [bytes]));
    const packed = packr.pack(head);
    const start = Buffer.allocUnsafe(LENGTHS + packed.length);
    writeLengths(start, packed, bytes.length);
    this.sendFrame(start);
    this.#due.push(bytes);
  }

  /** Sends what `encodeFrame` gave. */
  sendFrame(frame: Uint8Array): void {
    if (this.#due.length === 0) setImmediate(this.flush);
    this.#due.push(frame);
  }

  /** Sends now what is due at the end of the turn. */
  readonly flush = (): void => {
    const due = this.#due;
    if (due.length === 0) return;
    this.#due = [];
    this.#sink.cork();
    for (const piece of due) this.#sink.write(piece);
    this.#sink.uncork();
  };
}

/** Takes frames. `bytes` is a view that is valid during the call. */
export type TakeFrame = (head: unknown, bytes: Buffer) => void;

/** Finds the frames in a stream of bytes. */
export class FrameReader {
  readonly #take: TakeFrame;
  #pieces: Buffer[] = [];
  #length = 0;
  /** Bytes to wait for. */
  #wanted = LENGTHS;

  constructor(take: TakeFrame) {
    this.#take = take;
  }

  /** @throws RangeError - that is no frame; whatever `take` throws */
  push(data: Buffer): void {
    this.#pieces.push(data);
    this.#length += data.length;
    if (this.#length < this.#wanted) return;
    const [only] = this.#pieces;
    const all =
      this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
    const rest = all.subarray(this.#takeFrames(all));
    this.#pieces = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
  }

  /** @returns where the first frame begins that is not whole */
  #takeFrames(all: Buffer): number {
    for (let start = 0; ;) {
      const frameBytes = frameLength(all, start);
      this.#wanted = frameBytes;
      if (start + frameBytes > all.length) return start;
      const headEnd = start + LENGTHS + all.readUInt32LE(start);
      const head: unknown = packr.unpack(all.subarray(start + LENGTHS, headEnd));
      this.#take(head, all.subarray(headEnd, start + frameBytes));
      start += frameBytes;
    }
  }
}

function frameLength(all: Buffer, start: number): number {
  if (start + LENGTHS > all.length) return LENGTHS;
  const length = LENGTHS + all.readUInt32LE(start) + all.readUInt32LE(start + 4);
  if (length > MAX_FRAME) {
    throw new RangeError(`expected at most ${MAX_FRAME} bytes, got ${length}`);
  }
  return length;
}
