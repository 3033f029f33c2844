import {
  type AnswerHead,
  type AnswerOrigin,
  type CreditMessage,
  type SendCall,
  type Frame,
  monotonicMs,
  nameReader,
  readRequestFrame,
  type SessionEnd,
  type SlotAnswer,
} from '@isapi-host/worker-runtime/protocol';
import type { AnswerMemory, Client, Loss, RequestIdentity } from '../callbacks/client.ts';
import type { FromPoolProcess, RequestTimes } from './process-messages.ts';

/** What a remote client needs of its pool process. */
export interface HostLine {
  send(message: FromPoolProcess, bytes?: Uint8Array): void;
  /** @param bytes - where the body of the answer lies; what it takes of them it copies */
  sendAnswer(origin: AnswerOrigin, answer: SlotAnswer, bytes: Buffer): void;
  call(connId: number, code: number, input: unknown): Promise<unknown>;
  /** The request is over. */
  forget(connId: number): void;
  /** The request is over for its client. */
  lost(connId: number): void;
}

/** In a pool process: the client of a request, which is in the host. */
export class RemoteClient implements Client {
  readonly connId: number;
  readonly extension: string;
  readonly deadline: number;
  slot = -1;
  queuedAt = 0;
  threadId: number | undefined;
  queueMs = 0;
  runMs = 0;
  readonly #line: HostLine;
  /** Output on its way to the host. Its buffers are used again when the host gives credit for their bytes. */
  readonly #underWay: { readonly buffer: ArrayBuffer; readonly length: number }[] = [];
  #credited = 0;
  readonly #readName: () => Omit<RequestIdentity, 'extension'>;

  constructor(line: HostLine, frame: Frame) {
    const { connId, extension, msLeft } = readRequestFrame(frame);
    this.#line = line;
    this.#readName = nameReader(frame);
    this.extension = extension;
    this.connId = connId;
    this.deadline = monotonicMs() + msLeft;
  }

  get identity(): RequestIdentity {
    return { ...this.#readName(), extension: this.extension };
  }

  answer(answer: SlotAnswer, { bytes }: AnswerMemory): void {
    this.#line.sendAnswer(this, answer, bytes);
    this.#line.forget(this.connId);
  }

  sendHead(head: AnswerHead): void {
    this.#line.send({ op: 'head', connId: this.connId, head });
  }

  write(buffer: ArrayBuffer, length: number): void {
    this.#underWay.push({ buffer, length });
    this.#line.send({ op: 'write', connId: this.connId }, new Uint8Array(buffer, 0, length));
  }

  end(end: SessionEnd): void {
    const { connId, times } = this;
    this.#line.send({ op: 'end', connId, end, times });
    this.#line.forget(connId);
  }

  lose(loss: Loss): void {
    const { connId } = this;
    this.#line.send({ op: 'lose', connId, loss });
    this.#line.lost(connId);
  }

  allowBody(bytes: number): void {
    this.#line.send({ op: 'read', connId: this.connId, bytes });
  }

  call(code: number, input: unknown): Promise<unknown> {
    return this.#line.call(this.connId, code, withPaths(input));
  }

  /** The host's credit, as the thread is told it. */
  credit(bytes: number): CreditMessage {
    const buffers: ArrayBuffer[] = [];
    this.#credited += bytes;
    for (let first = this.#underWay[0]; first !== undefined; first = this.#underWay[0]) {
      if (first.length > this.#credited) break;
      this.#credited -= first.length;
      buffers.push(first.buffer);
      this.#underWay.shift();
    }
    return { op: 'credit', slot: this.slot, connId: this.connId, bytes, buffers };
  }

  get times(): RequestTimes {
    const { threadId, runMs } = this;
    return { threadId, runMs };
  }
}

/** A file that is open here is no number to the host, but it has a path. */
function withPaths(input: unknown): unknown {
  const { pieces } = (input ?? {}) as Partial<SendCall>;
  if (pieces === undefined) return input;
  const named = pieces.map((piece) => {
    if ('bytes' in piece || typeof piece.file === 'string') return piece;
    const { file, offset, size } = piece;
    return { file: `/proc/${process.pid}/fd/${file}`, offset, size };
  });
  return { ...(input as SendCall), pieces: named };
}
