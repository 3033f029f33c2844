import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AnswerHead, SessionEnd, Slab } from '@isapi-host/worker-runtime/protocol';

/** Where the answer of an exchange goes: a Responder, or a part of another answer. */
export interface Answerer {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly keepConn: boolean;
  readonly statusCode: number;
  readonly subStatus: number;
  readonly bytesOut: number;
  readonly isLast: boolean;
  readonly isOpen: boolean;
  readonly isDone: boolean;
  unreadBytes: (() => number) | undefined;
  answer(head: AnswerHead, slab: Slab, bodyAt: number, bodyBytes: number): void;
  send(head: AnswerHead, body: string | Uint8Array): void;
  begin(head: AnswerHead): void;
  write(bytes: Uint8Array, onFlushed: () => void): void;
  /** @param hseStatus - with what the session ended */
  end(hseStatus?: number): void;
  finish(): void;
  closeAfter(): void;
  cut(): void;
  error(statusCode: number, headers?: Readonly<Record<string, string>>, subStatus?: number): void;
  genericError(statusCode: number, headers?: Readonly<Record<string, string>>): void;
  /** Keeps the answer for one who fetches it; `release` gives it back. Both tell whether it is still to be given. */
  reserve(): boolean;
  release(): boolean;
  abort(): void;
  resetAtEnd(): void;
  closed(): void;
}

/** Of an answer that begins with bytes and no head. */
export const DEFAULT_HEAD: AnswerHead = {
  statusCode: 200,
  text: 'HTTP/1.1 200 OK\r\n',
  contentLength: undefined,
  keepConn: true,
  hasDate: false,
  hasServer: false,
};

/** Of a session that ended well and sent nothing by the port. */
export function emptyHead({ logStatus }: SessionEnd): AnswerHead {
  if (logStatus < 200 || logStatus > 599) return DEFAULT_HEAD;
  const text = `HTTP/1.1 ${logStatus} ${STATUS_CODES[logStatus] ?? ''}\r\n`;
  return { ...DEFAULT_HEAD, statusCode: logStatus, text };
}
