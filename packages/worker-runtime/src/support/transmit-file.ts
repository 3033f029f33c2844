import {
  HSE_IO_ASYNC,
  HSE_IO_DISCONNECT_AFTER_SEND,
  HSE_IO_NODELAY,
  HSE_IO_SEND_HEADERS,
  HSE_IO_SYNC,
  HSE_REQ_TRANSMIT_FILE,
  type HseTransmitFileInfo,
} from '@isapi-host/sdk';
import type { Completion } from '../async-io.ts';
import type { AnswerHead, SendPiece } from '../protocol/index.ts';
import { parseResponseHead } from '../response-head.ts';
import type { Session } from '../session.ts';
import { invalid, requireCount, requireFlags, requireObject, type Style } from './handler.ts';
import { buildPiece, fileOf, sendInHost } from './send-pieces.ts';

const FLAGS =
  HSE_IO_SYNC | HSE_IO_ASYNC | HSE_IO_DISCONNECT_AFTER_SEND | HSE_IO_SEND_HEADERS | HSE_IO_NODELAY;

/** ISAPI: HSE_REQ_TRANSMIT_FILE. The host reads the file; what is counted are its bytes alone. */
export function transmitFile(session: Session, info: HseTransmitFileInfo, style: Style): unknown {
  requireObject(info, 'file, flags');
  const flags = requireFlags(info.flags, FLAGS, HSE_IO_SYNC | HSE_IO_ASYNC);
  const offset = requireCount(info.offset ?? 0, 'offset');
  const size = requireCount(info.bytesToWrite ?? 0, 'bytesToWrite');
  const hasHeaders = (flags & HSE_IO_SEND_HEADERS) !== 0;
  const pieces: SendPiece[] = [];
  const headers = hasHeaders ? headOf(session, info, pieces) : undefined;
  if (!hasHeaders) addBytes(pieces, info.head, 'head');
  if (info.file !== undefined) pieces.push({ file: fileOf(info.file), offset, size });
  addBytes(pieces, info.tail, 'tail');
  const head = headers ?? session.output.takeHeadOf(pieces);
  const call = {
    code: HSE_REQ_TRANSMIT_FILE,
    head,
    pieces,
    isWhole: hasHeaders,
    disconnects: (flags & HSE_IO_DISCONNECT_AFTER_SEND) !== 0,
    completion: (flags & HSE_IO_ASYNC) === 0 ? undefined : ('registered' as const),
  };
  return sendInHost(session, { ...call, ...ownOf(info, call.completion) }, style);
}

function ownOf(
  { completion, context }: HseTransmitFileInfo,
  asked: 'registered' | undefined,
): { readonly completion?: Completion } {
  if (completion === undefined || completion === null) return {};
  if (typeof completion !== 'function') invalid('completion: expected a function');
  return asked === undefined ? {} : { completion: { completion, context } };
}

/** With HSE_IO_SEND_HEADERS `head` is header lines; text behind their empty line goes before the file. */
function headOf(session: Session, info: HseTransmitFileInfo, pieces: SendPiece[]): AnswerHead {
  const lines =
    info.head instanceof Uint8Array ? Buffer.from(info.head).toString('latin1') : info.head;
  const keepConn = (info.flags & HSE_IO_DISCONNECT_AFTER_SEND) === 0;
  const { profile } = session.thread.settings;
  const { head, body } = parseResponseHead(info.status, lines, keepConn, profile);
  if (body !== '') addBytes(pieces, body, 'head');
  return head;
}

function addBytes(pieces: SendPiece[], bytes: unknown, name: string): void {
  if (bytes === undefined || bytes === null) return;
  if (typeof bytes !== 'string' && !(bytes instanceof Uint8Array)) {
    invalid(`${name}: expected a text or bytes, got ${typeof bytes}`);
  }
  if (bytes.length > 0) pieces.push(buildPiece(bytes, 0, undefined));
}
