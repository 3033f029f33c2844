import { type ControlBlockSource, packRequest, readRequestName } from './control-block.ts';
import { FRAME_REQUEST, FRAME_START, type Frame, startFrame } from './frames.ts';
import {
  SLOT_BODY_BYTES,
  SLOT_CANCEL,
  SLOT_CLAIM_CELL,
  SLOT_CONNECTION_BYTES,
  SLOT_HEADER_BYTES,
  SLOT_REQUEST_BYTES,
  SLOT_SCRIPT_BYTES,
} from './slot-words.ts';
import type { Slab } from './slab.ts';

/*
 * A request on its way to a pool process. Its bytes are those of a slot, so the process only copies them:
 *
 *   head    numbers, then the name of the extension
 *   bytes   script part | connection part | request part | header block | read-ahead
 */

/** Positions in the head. All are 32 bits wide, but for the two of 64. */
const CELL = 0;
const SCRIPT_BYTES = 4;
const CONNECTION_BYTES = 8;
const REQUEST_BYTES = 12;
const HEADER_BYTES = 16;
const CONN_ID = 20;
const MS_LEFT = 28;
const EXTENSION = 36;

/** A request, less what only its thread reads. */
export interface RequestFrame {
  readonly connId: number;
  readonly extension: string;
  /** Ms until its deadline when it was encoded; Infinity: it has none. */
  readonly msLeft: number;
}

/** A request as it is sent, in memory of its own. Its cell is set before each sending. */
export function encodeRequestFrame(
  { extension, msLeft }: Omit<RequestFrame, 'connId'>,
  { script, connection, request }: ControlBlockSource,
  headerBlock: string,
  body: readonly Uint8Array[],
): Buffer {
  // A view: nothing else is packed before it is copied.
  const packed = packRequest(request);
  const headBytes = EXTENSION + Buffer.byteLength(extension);
  const bodyBytes = body.length === 0 ? 0 : body.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = script.length + connection.length + packed.length + headerBlock.length + bodyBytes;
  const frame = Buffer.allocUnsafe(FRAME_START + headBytes + bytes);
  startFrame(frame, 0, FRAME_REQUEST, headBytes, bytes);
  frame.writeUInt32LE(script.length, FRAME_START + SCRIPT_BYTES);
  frame.writeUInt32LE(connection.length, FRAME_START + CONNECTION_BYTES);
  frame.writeUInt32LE(packed.length, FRAME_START + REQUEST_BYTES);
  frame.writeUInt32LE(headerBlock.length, FRAME_START + HEADER_BYTES);
  frame.writeDoubleLE(request.connId, FRAME_START + CONN_ID);
  frame.writeDoubleLE(msLeft, FRAME_START + MS_LEFT);
  frame.write(extension, FRAME_START + EXTENSION);
  let end = FRAME_START + headBytes;
  for (const piece of [script, connection, packed]) {
    frame.set(piece, end);
    end += piece.length;
  }
  frame.write(headerBlock, end, 'latin1');
  end += headerBlock.length;
  for (const piece of body) {
    frame.set(piece, end);
    end += piece.length;
  }
  return frame;
}

/** Says where the process notes that it has begun the request of a frame that is about to be sent. */
export function setClaimCell(frame: Buffer, cell: number): void {
  frame.writeUInt32LE(cell, FRAME_START + CELL);
}

export function readRequestFrame({ data, headAt, bytesAt }: Frame): RequestFrame {
  return {
    connId: data.readDoubleLE(headAt + CONN_ID),
    extension: data.toString('utf8', headAt + EXTENSION, bytesAt),
    msLeft: data.readDoubleLE(headAt + MS_LEFT),
  };
}

/** The id and the target of a request, read from a frame that may be gone later. */
export function nameReader({
  data,
  headAt,
  bytesAt,
}: Frame): () => ReturnType<typeof readRequestName> {
  const start =
    bytesAt +
    data.readUInt32LE(headAt + SCRIPT_BYTES) +
    data.readUInt32LE(headAt + CONNECTION_BYTES);
  const packed = Uint8Array.prototype.slice.call(
    data,
    start,
    start + data.readUInt32LE(headAt + REQUEST_BYTES),
  );
  return () => readRequestName(packed);
}

/** Copies a request into its slot. @returns whether it fitted; when not, nothing of the slot may be used */
export function writeRequest(
  slab: Slab,
  slot: number,
  { data, headAt, bytesAt, end }: Frame,
): boolean {
  if (end - bytesAt > slab.payloadBytes) return false;
  const { words } = slab;
  const at = slab.slotAt(slot);
  const script = data.readUInt32LE(headAt + SCRIPT_BYTES);
  const connection = data.readUInt32LE(headAt + CONNECTION_BYTES);
  const request = data.readUInt32LE(headAt + REQUEST_BYTES);
  const headers = data.readUInt32LE(headAt + HEADER_BYTES);
  words[at + SLOT_CANCEL] = 0;
  words[at + SLOT_CLAIM_CELL] = data.readUInt32LE(headAt + CELL);
  words[at + SLOT_SCRIPT_BYTES] = script;
  words[at + SLOT_CONNECTION_BYTES] = connection;
  words[at + SLOT_REQUEST_BYTES] = request;
  words[at + SLOT_HEADER_BYTES] = headers;
  words[at + SLOT_BODY_BYTES] = end - bytesAt - script - connection - request - headers;
  slab.write(data.subarray(bytesAt, end), slab.payloadAt(slot));
  return true;
}
