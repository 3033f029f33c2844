import { Packr } from 'msgpackr/pack';

/*
 * What a pool process and its host say to each other goes over one stream, as frames:
 *
 *   kind and length of the head | length of the bytes | head | bytes as they are
 *
 * The head of a message is packed; requests have a form of their own (`request-frame.ts`). Bodies are bytes, so they
 * are not packed. What is said in one turn of the event loop leaves in one go.
 */

/** What is in a frame. */
export const FRAME_MESSAGE = 0;
export const FRAME_REQUEST = 1;

/** Bytes in front of a head. */
export const FRAME_START = 8;
/** The kind stands above the length of the head. */
const KIND_SHIFT = 28;
const LENGTH_MASK = 2 ** KIND_SHIFT - 1;
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

/** A message in memory of its own; `bytes` are copied in. */
export function encodeFrame(head: unknown, bytes: readonly Uint8Array[]): Buffer {
  // A view of a buffer that `pack` uses again.
  const packed = packr.pack(head);
  const bodyBytes = bytes.reduce((sum, piece) => sum + piece.length, 0);
  const frame = Buffer.allocUnsafe(FRAME_START + packed.length + bodyBytes);
  let end = writeMessageHead(frame, packed, bodyBytes);
  for (const piece of bytes) {
    frame.set(piece, end);
    end += piece.length;
  }
  return frame;
}

function writeMessageHead(frame: Buffer, packed: Uint8Array, bodyBytes: number): number {
  startFrame(frame, FRAME_MESSAGE, packed.length, bodyBytes);
  frame.set(packed, FRAME_START);
  return FRAME_START + packed.length;
}

/** Writes what stands in front of a head. */
export function startFrame(frame: Buffer, kind: number, headBytes: number, bytes: number): void {
  frame.writeUInt32LE(kind * 2 ** KIND_SHIFT + headBytes, 0);
  frame.writeUInt32LE(bytes, 4);
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
    const start = Buffer.allocUnsafe(FRAME_START + packed.length);
    writeMessageHead(start, packed, bytes.length);
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

/** A frame, where it lies among what has been read. */
export interface Frame {
  readonly kind: number;
  /** Stays as it is while the frame is taken. */
  readonly data: Buffer;
  readonly headAt: number;
  readonly bytesAt: number;
  readonly end: number;
}

/** The head of a message. */
export function unpackMessage({ data, headAt, bytesAt }: Frame): unknown {
  return packr.unpack(data.subarray(headAt, bytesAt));
}

/** What lies behind the head; a view. */
export function bytesOf({ data, bytesAt, end }: Frame): Buffer {
  return data.subarray(bytesAt, end);
}

/** Finds the frames in a stream of bytes. */
export class FrameReader {
  readonly #take: (frame: Frame) => void;
  #pieces: Buffer[] = [];
  #length = 0;
  /** Bytes to wait for. */
  #wanted = FRAME_START;

  constructor(take: (frame: Frame) => void) {
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
  #takeFrames(data: Buffer): number {
    for (let start = 0; ;) {
      const frameBytes = frameLength(data, start);
      this.#wanted = frameBytes;
      const end = start + frameBytes;
      if (end > data.length) return start;
      const kindAndLength = data.readUInt32LE(start);
      const headAt = start + FRAME_START;
      const bytesAt = headAt + (kindAndLength & LENGTH_MASK);
      this.#take({ kind: kindAndLength >>> KIND_SHIFT, data, headAt, bytesAt, end });
      start = end;
    }
  }
}

function frameLength(data: Buffer, start: number): number {
  if (start + FRAME_START > data.length) return FRAME_START;
  const headBytes = data.readUInt32LE(start) & LENGTH_MASK;
  const length = FRAME_START + headBytes + data.readUInt32LE(start + 4);
  if (length > MAX_FRAME) {
    throw new RangeError(`expected at most ${MAX_FRAME} bytes, got ${length}`);
  }
  return length;
}
