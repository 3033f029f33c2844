import { IsapiError } from '@isapi-host/sdk';
import type { SendCall, SendPiece } from '@isapi-host/worker-runtime/protocol';
import type { CallHost, JobOutput, Started } from '../call-host.ts';
import { closeFile, type FilePart, openPart } from './file-part.ts';

/** ISAPI: HSE_REQ_TRANSMIT_FILE. Counted are the bytes of the file, without head and tail. */
export function transmitFile(host: CallHost, call: SendCall): Promise<unknown> {
  return host.runJob(async (output, started) => {
    const { fileBytes } = await sendPieces(output, call, started);
    return { bytes: fileBytes };
  }, call.replyAt);
}

/** ISAPI: HSE_REQ_VECTOR_SEND. Counted are the bytes of all elements. */
export function vectorSend(host: CallHost, call: SendCall): Promise<unknown> {
  return host.runJob(async (output, started) => {
    const { allBytes } = await sendPieces(output, call, started);
    return { bytes: allBytes };
  }, call.replyAt);
}

/** A piece that is ready: its bytes, or its file open and looked at. */
type ReadyPiece = { readonly bytes: Uint8Array } | { readonly part: FilePart };

interface SentBytes {
  readonly fileBytes: number;
  readonly allBytes: number;
}

/** Nothing leaves before every file is open and long enough. */
async function sendPieces(output: JobOutput, call: SendCall, started: Started): Promise<SentBytes> {
  const ready: ReadyPiece[] = [];
  try {
    for (const piece of call.pieces) ready.push(await prepare(piece));
    if (output.isStopped) throw aborted();
    started();
    if (call.head !== undefined) output.begin(withLength(call, ready));
    const sent = await writeAll(output, ready);
    if (call.isWhole || call.disconnects) output.finish(call.disconnects ? 'close' : 'keep');
    return sent;
  } finally {
    for (const piece of ready) if ('part' in piece) await closeFile(piece.part);
  }
}

async function prepare(piece: SendPiece): Promise<ReadyPiece> {
  return 'bytes' in piece ? piece : { part: await openPart(piece) };
}

/** The length of an answer that is known as a whole. A 304 has the length of what was not sent. */
function withLength(
  { head, isWhole }: SendCall,
  ready: readonly ReadyPiece[],
): NonNullable<SendCall['head']> {
  if (head === undefined) throw new RangeError('there is no head');
  const { statusCode, contentLength } = head;
  const isCounted = contentLength === undefined && statusCode !== 204 && statusCode !== 304;
  if (!isWhole || !isCounted) return head;
  return { ...head, contentLength: ready.reduce((sum, piece) => sum + lengthOf(piece), 0) };
}

function lengthOf(piece: ReadyPiece): number {
  return 'bytes' in piece ? piece.bytes.length : piece.part.length;
}

async function writeAll(output: JobOutput, ready: readonly ReadyPiece[]): Promise<SentBytes> {
  let fileBytes = 0;
  let allBytes = 0;
  try {
    for (const piece of ready) {
      if ('bytes' in piece) await writeOne(output, piece.bytes);
      else fileBytes += await writeFile(output, piece.part);
      allBytes += lengthOf(piece);
    }
  } catch (error) {
    output.spoil();
    throw error;
  }
  return { fileBytes, allBytes };
}

async function writeOne(output: JobOutput, bytes: Uint8Array): Promise<void> {
  if (output.isStopped) throw aborted();
  if (bytes.length > 0) await output.write(bytes);
}

async function writeFile(output: JobOutput, part: FilePart): Promise<number> {
  for (let sent = 0; sent < part.length;) {
    const bytes = await part.read(sent);
    // What the client waits for would be taken from the next answer.
    if (bytes.length === 0) throw new IsapiError('ERROR_HANDLE_EOF', 'the file became shorter');
    await writeOne(output, bytes);
    sent += bytes.length;
  }
  return part.length;
}

function aborted(): IsapiError {
  return new IsapiError('ERROR_OPERATION_ABORTED', 'the send was cancelled, or its client left');
}
