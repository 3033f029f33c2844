import {
  HSE_IO_ASYNC,
  HSE_IO_CACHE_RESPONSE,
  HSE_IO_DISCONNECT_AFTER_SEND,
  HSE_IO_FINAL_SEND,
  HSE_IO_NODELAY,
  HSE_IO_SEND_HEADERS,
  HSE_IO_SYNC,
  HSE_IO_TRY_SKIP_CUSTOM_ERRORS,
  HSE_REQ_VECTOR_SEND,
  HSE_VECTOR_ELEMENT_TYPE_FILE_HANDLE,
  HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER,
  type HseResponseVector,
  type HseVectorElement,
} from '@isapi-host/sdk';
import type { AnswerHead, SendPiece } from '../protocol/index.ts';
import { parseResponseHead } from '../response-head.ts';
import type { Session } from '../session.ts';
import { invalid, requireCount, requireFlags, requireObject, type Style } from './handler.ts';
import { buildPiece, fileOf, sendInHost } from './send-pieces.ts';

const FLAGS =
  HSE_IO_SYNC |
  HSE_IO_ASYNC |
  HSE_IO_DISCONNECT_AFTER_SEND |
  HSE_IO_SEND_HEADERS |
  HSE_IO_FINAL_SEND |
  HSE_IO_CACHE_RESPONSE |
  HSE_IO_TRY_SKIP_CUSTOM_ERRORS |
  HSE_IO_NODELAY;

const LAST = HSE_IO_FINAL_SEND | HSE_IO_DISCONNECT_AFTER_SEND;

const MAX_ELEMENTS = 1024;
/** A vector of memory up to here is written like any output, and may stay in the slot; a longer one goes as one message. */
const IN_THREAD_BYTES = 64 * 1024;

/** ISAPI: HSE_REQ_VECTOR_SEND. */
export function vectorSend(session: Session, vector: HseResponseVector, style: Style): unknown {
  const { elements } = requireObject(vector, 'flags, elements');
  const flags = requireFlags(vector.flags, FLAGS, HSE_IO_SYNC | HSE_IO_ASYNC);
  if (!Array.isArray(elements) || elements.length > MAX_ELEMENTS) {
    invalid(`elements: expected a list of at most ${MAX_ELEMENTS}`);
  }
  const pieces = elements.map(pieceOf);
  const head = headOf(session, vector, pieces) ?? session.output.takeHeadOf(pieces);
  session.assertIdle();
  const bytes = memoryBytes(pieces);
  if (bytes !== undefined && bytes <= IN_THREAD_BYTES && !session.writer.isStreaming) {
    return sendInThread(session, { head, pieces, bytes, flags });
  }
  return sendInHost(
    session,
    {
      code: HSE_REQ_VECTOR_SEND,
      head,
      pieces,
      isWhole: (flags & LAST) !== 0,
      disconnects: (flags & HSE_IO_DISCONNECT_AFTER_SEND) !== 0,
      completion: (flags & HSE_IO_ASYNC) === 0 ? undefined : 'registered',
    },
    style,
  );
}

/** ISAPI: status and headers belong to HSE_IO_SEND_HEADERS, both or none. */
function headOf(
  session: Session,
  { status, headers, flags }: HseResponseVector,
  pieces: SendPiece[],
): AnswerHead | undefined {
  if ((flags & HSE_IO_SEND_HEADERS) === 0) {
    if (status === undefined && headers === undefined) return undefined;
    return invalid('status and headers are for HSE_IO_SEND_HEADERS');
  }
  if (status === undefined || headers === undefined) {
    return invalid('HSE_IO_SEND_HEADERS: expected status and headers');
  }
  const keepConn = (flags & HSE_IO_DISCONNECT_AFTER_SEND) === 0;
  const { profile } = session.thread.settings;
  const { head, body } = parseResponseHead(status, headers, keepConn, profile);
  if (body !== '') pieces.unshift(buildPiece(body, 0, undefined));
  return head;
}

function pieceOf(element: HseVectorElement): SendPiece {
  const { type } = requireObject(element, 'type');
  const offset = requireCount(element.offset ?? 0, 'offset');
  if (element.type === HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER) {
    const { buffer, size } = element;
    if (typeof buffer !== 'string' && !(buffer instanceof Uint8Array)) {
      invalid('buffer: expected a text or a Uint8Array');
    }
    if (size !== undefined && requireCount(size, 'size') === 0) invalid('size: 0 bytes of memory');
    return buildPiece(buffer, offset, size);
  }
  if (element.type !== HSE_VECTOR_ELEMENT_TYPE_FILE_HANDLE) {
    invalid(`no element is of type ${String(type)}`);
  }
  return { file: fileOf(element.file), offset, size: requireCount(element.size ?? 0, 'size') };
}

/** Bytes of a vector without files. */
function memoryBytes(pieces: readonly SendPiece[]): number | undefined {
  let sum = 0;
  for (const piece of pieces) {
    if (!('bytes' in piece)) return undefined;
    sum += piece.bytes.length;
  }
  return sum;
}

interface MemorySend {
  readonly head: AnswerHead | undefined;
  readonly pieces: readonly SendPiece[];
  readonly bytes: number;
  readonly flags: number;
}

/** While the answer lies in the slot: nothing can come between, and nothing has to be waited for. */
function sendInThread(session: Session, { head, pieces, bytes, flags }: MemorySend): undefined {
  const { writer } = session;
  writer.throwIfBroken();
  const isLast = (flags & LAST) !== 0;
  const operation =
    (flags & HSE_IO_ASYNC) === 0 ? undefined : session.io.begin(undefined, () => undefined);
  try {
    if (head !== undefined) writer.setHead(isLast ? withLength(head, bytes) : head);
  } catch (error) {
    operation?.drop();
    throw error;
  }
  if ((flags & HSE_IO_DISCONNECT_AFTER_SEND) !== 0) writer.closeAfter();
  for (const piece of pieces) if ('bytes' in piece) void writer.write(piece.bytes);
  if (isLast) writer.seal('the last output is sent');
  operation?.finish(bytes);
  return undefined;
}

function withLength(head: AnswerHead, bytes: number): AnswerHead {
  const { statusCode, contentLength } = head;
  if (contentLength !== undefined || statusCode === 204 || statusCode === 304) return head;
  return { ...head, contentLength: bytes };
}
