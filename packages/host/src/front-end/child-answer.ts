import { type AnswerHead, DEFAULT_HEAD } from '@isapi-host/worker-runtime/protocol';
import type { AnswerMemory } from '../callbacks/client.ts';
import type { Answerer } from './answerer.ts';
import { errorBody } from './error-body.ts';
import type { ClientRequest } from './wire.ts';

/** What becomes of a child's answer in that of its parent. */
export type ChildPart =
  /** Its body goes in; `head` begins the parent's answer if nothing else has. ISAPI: HSE_EXEC_URL_NO_HEADERS. */
  | { readonly kind: 'body'; readonly head: AnswerHead | undefined }
  /** It is an error page: everything but its status line counts. An error of its own becomes `onError`. */
  | {
      readonly kind: 'page';
      readonly statusCode: number;
      readonly statusLine: string;
      readonly onError: () => void;
    };

/** The answer of a child as a part of another answer. */
export class ChildAnswer implements Answerer {
  statusCode = 0;
  subStatus = 0;
  bytesOut = 0;
  unreadBytes: (() => number) | undefined;
  readonly #parent: Answerer;
  readonly #part: ChildPart;
  #state: 'OPEN' | 'STREAMING' | 'DONE' = 'OPEN';

  constructor(parent: Answerer, part: ChildPart) {
    this.#parent = parent;
    this.#part = part;
  }

  get request(): ClientRequest {
    return this.#parent.request;
  }

  get keepConn(): boolean {
    return this.#parent.keepConn;
  }

  get isLast(): boolean {
    return this.#parent.isLast;
  }

  get isOpen(): boolean {
    return this.#state === 'OPEN';
  }

  get isDone(): boolean {
    return this.#state === 'DONE' || this.#parent.isDone;
  }

  sendContinue(): void {
    // A child's body comes from its parent.
  }

  answer(head: AnswerHead, memory: AnswerMemory, bodyAt: number, bodyBytes: number): void {
    // The slot is used again before the socket has taken the bytes.
    this.send(head, memory.read(bodyAt, bodyAt + bodyBytes));
  }

  send(head: AnswerHead, body: string | Uint8Array): void {
    if (this.#state !== 'OPEN') return;
    if (this.#part.kind === 'page') {
      this.#state = 'DONE';
      this.statusCode = head.statusCode;
      this.#parent.send(this.#headOf(head), body);
      return;
    }
    this.begin(head);
    this.write(typeof body === 'string' ? Buffer.from(body) : body, ignore);
    this.end();
  }

  begin(head: AnswerHead): void {
    if (this.#state !== 'OPEN') return;
    this.#state = 'STREAMING';
    this.statusCode = head.statusCode;
    if (this.#parent.isOpen) this.#parent.begin(this.#headOf(head));
  }

  write(bytes: Uint8Array, onFlushed: () => void): void {
    if (this.#state !== 'STREAMING') return onFlushed();
    this.bytesOut += bytes.length;
    this.#parent.write(bytes, onFlushed);
  }

  end(): void {
    if (this.#state === 'STREAMING' && this.#part.kind === 'page') this.#parent.end();
    this.#state = 'DONE';
  }

  finish(): void {
    // The parent's answer may go on.
  }

  closeAfter(): void {
    this.#parent.closeAfter();
  }

  /** Part of the parent's answer is missing now. */
  cut(): void {
    if (this.#state === 'DONE') return;
    this.#state = 'DONE';
    this.#parent.cut();
  }

  error(statusCode: number, _headers?: Readonly<Record<string, string>>, subStatus = 0): void {
    if (this.#state === 'STREAMING') return this.cut();
    if (this.#state === 'DONE') return;
    this.subStatus = subStatus;
    if (this.#part.kind === 'page') {
      this.#state = 'DONE';
      this.statusCode = statusCode;
      return this.#part.onError();
    }
    this.genericError(statusCode);
  }

  genericError(statusCode: number): void {
    const { body } = errorBody(statusCode, this.request.headers.accept);
    this.send({ ...DEFAULT_HEAD, statusCode }, body);
  }

  reserve(): boolean {
    return this.isOpen;
  }

  release(): boolean {
    return this.isOpen;
  }

  abort(): void {
    this.#parent.abort();
  }

  resetAtEnd(): void {
    this.#parent.resetAtEnd();
  }

  closed(): void {
    this.#state = 'DONE';
  }

  #headOf(head: AnswerHead): AnswerHead {
    if (this.#part.kind === 'body') return this.#part.head ?? DEFAULT_HEAD;
    const { statusCode, statusLine } = this.#part;
    return { ...head, statusCode, text: statusLine + head.text.slice(head.text.indexOf('\n') + 1) };
  }
}

function ignore(): void {
  // What is small enough to be sent at once needs no back-pressure.
}
