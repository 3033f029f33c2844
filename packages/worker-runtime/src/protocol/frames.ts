import { Packr } from 'msgpackr/pack';
import type { SlabBytes } from './slab.ts';

/*
 * What a pool process and its host say to each other goes over one stream, as frames:
 *
 *   kind and length of the head | length of the bytes | head | bytes as they are
 *
 * The head of a message is packed; requests and whole answers have forms of their own (`request-frame.ts`,
 * `answer-frame.ts`). Bodies are bytes, so they are not packed. What is said in one turn of the event loop leaves in one go.
 */

/** What is in a frame. */
export const FRAME_MESSAGE = 0;
export const FRAME_REQUEST = 1;
export const FRAME_ANSWER = 2;

/** Bytes in front of a head. */
export const FRAME_START = 8;
/** The kind stands above the length of the head. */
const KIND_SHIFT = 28;
const LENGTH_MASK = 2 ** KIND_SHIFT - 1;
/** No frame is longer; what says so is no frame. */
const MAX_FRAME = 256 * 1024 * 1024;
/** Bytes no longer than this are copied behind their head; longer ones leave from where they are. */
const COPY_BYTES = 16 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** Chunks kept for the next use. */
const MAX_SPARE = 16;

// Decoded bytes have memory of their own: they may go on to a thread, which would get all that a view lies in.
const packr = new Packr({ useRecords: false, copyBuffers: true });

/** Where frames leave to. */
export interface FrameSink {
  cork(): void;
  /** @param done - called when the data is passed on */
  write(data: Uint8Array, done?: () => void): unknown;
  uncork(): void;
  /** Bytes it has not passed on yet. */
  readonly writableLength: number;
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
  startFrame(frame, 0, FRAME_MESSAGE, packed.length, bodyBytes);
  frame.set(packed, FRAME_START);
  return FRAME_START + packed.length;
}

/** Writes what stands in front of a head. */
export function startFrame(
  memory: Buffer,
  at: number,
  kind: number,
  headBytes: number,
  bytes: number,
): void {
  memory.writeUInt32LE(kind * 2 ** KIND_SHIFT + headBytes, at);
  memory.writeUInt32LE(bytes, at + 4);
}

/**
 * Sends frames, those of one turn of the event loop together.
 *
 * Short frames are written one behind the other into chunks of memory, so they leave with one write; a chunk is used
 * again when the sink has passed it on.
 */
export class FrameWriter {
  readonly #sink: FrameSink;
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES) as SlabBytes;
  /** What of the chunk is taken, and where that begins which is not due yet. */
  #end = 0;
  #start = 0;
  /** `done` gives a chunk back that is full. */
  #due: { readonly piece: Uint8Array; readonly done?: () => void }[] = [];
  readonly #spare: SlabBytes[] = [];
  #isDue = false;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** @param bytes - stay as they are until they are sent, when they are long */
  send(head: unknown, bytes?: Uint8Array): void {
    if (bytes === undefined) return this.sendFrame(encodeFrame(head, []));
    if (bytes.length <= COPY_BYTES) return this.sendFrame(encodeFrame(head, [bytes]));
    const packed = packr.pack(head);
    const start = Buffer.allocUnsafe(FRAME_START + packed.length);
    writeMessageHead(start, packed, bytes.length);
    this.sendFrame(start);
    this.sendFrame(bytes);
  }

  /** Sends what `encodeFrame` gave; when it is long it stays as it is until it is sent. */
  sendFrame(frame: Uint8Array): void {
    if (frame.length <= COPY_BYTES) {
      const { memory, at } = this.reserve(frame.length);
      memory.set(frame, at);
      return;
    }
    this.#schedule();
    this.#cutChunk();
    this.#due.push({ piece: frame });
  }

  /** Room for a frame, to be filled in before anything else is sent. */
  reserve(bytes: number): { readonly memory: SlabBytes; readonly at: number } {
    this.#schedule();
    if (this.#end + bytes > this.#chunk.length) this.#changeChunk(bytes);
    const at = this.#end;
    this.#end += bytes;
    return { memory: this.#chunk, at };
  }

  /** Sends now what is due at the end of the turn. */
  readonly flush = (): void => {
    this.#isDue = false;
    this.#cutChunk();
    const due = this.#due;
    if (due.length === 0) return;
    this.#due = [];
    this.#sink.cork();
    for (const { piece, done } of due) this.#sink.write(piece, done);
    this.#sink.uncork();
    if (this.#sink.writableLength > 0) return;
    this.#start = 0;
    this.#end = 0;
  };

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(this.flush);
  }

  /** What is in the chunk and not due yet is due. @param done - called when it is passed on */
  #cutChunk(done?: () => void): void {
    if (this.#start === this.#end) return;
    const piece = this.#chunk.subarray(this.#start, this.#end);
    this.#due.push(done === undefined ? { piece } : { piece, done });
    this.#start = this.#end;
  }

  #changeChunk(bytes: number): void {
    const full = this.#chunk;
    this.#cutChunk(() => {
      if (full.length === CHUNK_BYTES && this.#spare.length < MAX_SPARE) this.#spare.push(full);
    });
    const spare = bytes > CHUNK_BYTES ? undefined : this.#spare.pop();
    this.#chunk = spare ?? (Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes)) as SlabBytes);
    this.#start = 0;
    this.#end = 0;
  }
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
    const from = this.#completeFrame(data);
    if (from === data.length) return;
    const start = this.#takeFrames(data, from);
    if (start === data.length) return;
    this.#pieces = [data.subarray(start)];
    this.#length = data.length - start;
  }

  /** Completes the frame that has begun, if one has; only its bytes are copied. @returns what of the data that took */
  #completeFrame(data: Buffer): number {
    let at = 0;
    while (this.#length > 0) {
      const piece = data.subarray(at, at + this.#wanted - this.#length);
      this.#pieces.push(piece);
      this.#length += piece.length;
      at += piece.length;
      if (this.#length < this.#wanted) return at;
      const frame = Buffer.concat(this.#pieces, this.#length);
      this.#pieces = [frame];
      // With its start alone, it is only known how long it is.
      if (this.#takeFrames(frame, 0) < frame.length) continue;
      this.#pieces = [];
      this.#length = 0;
    }
    return at;
  }

  /** @returns where the first frame begins that is not whole */
  #takeFrames(data: Buffer, from: number): number {
    for (let start = from; ;) {
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
