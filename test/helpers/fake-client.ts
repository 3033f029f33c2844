import type {
  AnswerMemory,
  Client,
  Loss,
  RequestIdentity,
} from '@isapi-host/host/internal/callbacks/client';
import type { AnswerHead, SessionEnd, SlotAnswer } from '@isapi-host/worker-runtime/protocol';

/** A client that notes what it is sent. */
export class FakeClient implements Client {
  readonly connId: number;
  readonly extension: string;
  readonly deadline: number;
  slot = -1;
  queuedAt = 0;
  threadId: number | undefined;
  queueMs = 0;
  runMs = 0;
  /** What happened, in order: `answer`, `head`, `write`, `end`, a loss. */
  readonly events: string[] = [];
  /** Body bytes it was sent, as text. */
  text = '';
  head: AnswerHead | undefined;
  outcome: SessionEnd | undefined;
  allowedBody = 0;
  /** What `call` gives, or throws. */
  onCall: (code: number, input: unknown) => unknown = () => undefined;
  readonly #finished: Promise<void>;
  #finish: () => void = () => undefined;

  constructor(connId: number, deadline: number = Infinity, extension = 'test') {
    this.connId = connId;
    this.extension = extension;
    this.deadline = deadline;
    this.#finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Settles when the request is over for this client. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  get identity(): RequestIdentity {
    return { requestId: `request-${this.connId}`, extension: 'test', url: '/test' };
  }

  answer({ head, end, bodyAt, bodyBytes }: SlotAnswer, memory: AnswerMemory): void {
    this.events.push('answer');
    this.head = head;
    this.text = memory.bytes.utf8Slice(bodyAt, bodyAt + bodyBytes);
    this.outcome = end;
    this.#finish();
  }

  sendHead(head: AnswerHead): void {
    this.events.push('head');
    this.head = head;
  }

  write(buffer: ArrayBuffer, length: number): void {
    this.events.push('write');
    this.text += Buffer.from(buffer, 0, length).toString();
  }

  end(end: SessionEnd): void {
    this.events.push('end');
    this.outcome = end;
    this.#finish();
  }

  lose(loss: Loss): void {
    this.events.push(loss);
    this.#finish();
  }

  allowBody(bytes: number): void {
    this.allowedBody += bytes;
  }

  async call(code: number, input: unknown): Promise<unknown> {
    return this.onCall(code, input);
  }
}
