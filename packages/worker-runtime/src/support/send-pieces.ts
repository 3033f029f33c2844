import { type HseFile, IsapiError } from '@isapi-host/sdk';
import type { Completion } from '../async-io.ts';
import type { AnswerHead, SendCall, SendPiece } from '../protocol/index.ts';
import type { Session } from '../session.ts';
import { invalid, type Style } from './handler.ts';
import { runInHost, startInHost } from './run-in-host.ts';

/** A send as its request code asks for it. */
export interface PieceSend {
  readonly code: number;
  readonly head: AnswerHead | undefined;
  readonly pieces: readonly SendPiece[];
  /** Nothing follows, so the host may count. */
  readonly isWhole: boolean;
  readonly disconnects: boolean;
  /** Whom the end is reported to; `undefined`: the call settles at the end. */
  readonly completion: Completion | 'registered' | undefined;
}

/** Has the host send pieces, files among them, as one. */
export function sendInHost(session: Session, send: PieceSend, style: Style): unknown {
  session.assertIdle();
  const { writer } = session;
  if (!session.isConnected) throw session.goneError();
  requireCompletion(session, send.completion);
  const { code, pieces, isWhole, disconnects } = send;
  const head = writer.continueInHost(send.head);
  if (isWhole || disconnects) writer.seal('the last output is sent');
  const input: Omit<SendCall, 'replyAt'> = { head, pieces, isWhole, disconnects };
  const transfer = pieces.flatMap((piece) =>
    'bytes' in piece ? [piece.bytes.buffer as ArrayBuffer] : [],
  );
  const work = {
    code,
    input,
    transfer,
    failed: () => {
      if (head !== undefined) writer.takeBack();
      else writer.unseal();
    },
    ended: () => undefined,
  };
  if (send.completion === undefined) return runInHost(session, work, style);
  const own = send.completion === 'registered' ? undefined : send.completion;
  return startInHost(session, work, style, own);
}

function requireCompletion(session: Session, completion: PieceSend['completion']): void {
  if (completion !== 'registered' || session.io.hasCompletion) return;
  throw new IsapiError('ERROR_INVALID_PARAMETER', 'no completion is registered');
}

/** @throws IsapiError `ERROR_INVALID_HANDLE` - no path and no file descriptor */
export function fileOf(file: HseFile): string | number {
  if (typeof file === 'string' && file !== '' && !file.includes('\0')) return file;
  if (typeof file === 'object' && file !== null) {
    const { fd } = file;
    if (Number.isInteger(fd) && fd >= 0 && fd <= 0x7fff_ffff) return fd;
  }
  throw new IsapiError('ERROR_INVALID_HANDLE', 'file: expected a path or { fd }');
}

/** Copies bytes to exact size: the extension goes on using its own. */
export function buildPiece(
  data: string | Uint8Array,
  offset: number,
  size: number | undefined,
): { readonly bytes: Uint8Array } {
  const all = typeof data === 'string' ? Buffer.from(data) : data;
  const end = size === undefined ? all.length : offset + size;
  if (offset > end || end > all.length) invalid('the element ends behind its buffer');
  return { bytes: new Uint8Array(all.subarray(offset, end)) };
}
