import type { AnswerHead, SessionEnd, Slab, SlotAnswer } from '@isapi-host/worker-runtime/protocol';

/** Why a request ends without its extension having ended it. */
export type Loss =
  /** Its thread died. */
  | 'thread-lost'
  /** It ran or waited past its deadline. */
  | 'deadline'
  /** Its pool process had no room for it, or none for a request of its size. */
  | 'full'
  | 'too-large'
  /** It waited too long for a thread. */
  | 'queue-timeout'
  /** Its place in the full queue went to an extension with fewer places. */
  | 'displaced'
  /** Its module took too long to load. */
  | 'load-timeout'
  /** Its pool was put out of service while it waited. */
  | 'disabled'
  /** The host is closing and waits no longer. */
  | 'closing';

/** A request as an operator sees it. */
export interface RequestIdentity {
  readonly requestId: string;
  readonly extension: string;
  readonly url: string;
}

/** Where the body of a whole answer lies: a slab, or what came from a pool process. */
export type AnswerMemory = Pick<Slab, 'bytes' | 'read'>;

/**
 * The HTTP side of one request, as dispatch and callbacks see it. Dispatch keeps it by its slot from `submit`
 * until `answer`, `end` or `lose`; one of the three is called, once.
 */
export interface Client {
  readonly connId: number;
  /** Name of the extension that answers. */
  readonly extension: string;
  /** Slot of the request, -1 when it has none. Written by dispatch. */
  slot: number;
  /** When it was queued, ms on the monotonic clock. Written by dispatch. */
  queuedAt: number;
  /** The thread that ran it. Written by dispatch. */
  threadId: number | undefined;
  /** Ms waited in the queue, and run. Written by dispatch. */
  queueMs: number;
  runMs: number;
  /** After this point on the monotonic clock the request is too late, ms. */
  readonly deadline: number;
  /** What an operator calls it. Asked for rarely. */
  readonly identity: RequestIdentity;

  /** The whole answer is here; its body lies in memory that stays valid during the call. */
  answer(answer: SlotAnswer, memory: AnswerMemory): void;
  /** The answer begins and will be streamed. */
  sendHead(head: AnswerHead): void;
  /** Sends the first `length` bytes of a buffer; it goes back to the thread with their credit. */
  write(buffer: ArrayBuffer, length: number): void;
  /** The session is over. */
  end(end: SessionEnd): void;
  /** The request ends without its extension. */
  lose(loss: Loss): void;
  /** The thread takes this many body bytes more. */
  allowBody(bytes: number): void;
  /** Runs a request code that needs the host. Rejects with an error that has an `ERROR_*` code. */
  call(code: number, input: unknown): Promise<unknown>;
}
