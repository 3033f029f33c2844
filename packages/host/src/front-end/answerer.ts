import type { AnswerHead } from '@isapi-host/worker-runtime/protocol';
import type { AnswerMemory } from '../callbacks/client.ts';
import type { ClientRequest } from './wire.ts';

/** Where the answer of an exchange goes: a Responder, or a part of another answer. */
export interface Answerer {
  readonly request: ClientRequest;
  readonly keepConn: boolean;
  readonly statusCode: number;
  readonly subStatus: number;
  readonly bytesOut: number;
  readonly isLast: boolean;
  readonly isOpen: boolean;
  readonly isDone: boolean;
  unreadBytes: (() => number) | undefined;
  /** Asks the client for its body, if it waits to be asked. */
  sendContinue(): void;
  answer(head: AnswerHead, memory: AnswerMemory, bodyAt: number, bodyBytes: number): void;
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
