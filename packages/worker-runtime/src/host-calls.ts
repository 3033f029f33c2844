import type { IsapiError } from '@isapi-host/sdk';
import {
  type CompletionMessage,
  fromWireError,
  type ReplyMessage,
  type ToHost,
} from './protocol/index.ts';

/** How a session's calls reach the host. */
export interface CallSink {
  readonly slot: number;
  readonly connId: number;
  /** Why the session should end, 0: it should not. */
  readonly cancelReason: number;
  readonly thread: {
    /** So many sessions more, or less, only wait for a URL that the host runs in their place. */
    waitForChildren(sessions: number): void;
  };
  post(message: ToHost, transfer?: readonly ArrayBuffer[]): void;
  blockUntil(isDone: () => boolean): void;
  cancelError(): IsapiError;
}

/** Takes a reply inside the message that brings it: no promise lies between. */
export type OnReply = (error: IsapiError | undefined, value: unknown) => void;

/** Takes the end of an operation that the host ran. */
export type OnCompletion = (bytes: number, error: number, value: unknown) => void;

/** A call to the host: its request code, its input, and buffers that go along. */
export interface HostCall {
  readonly code: number;
  readonly input: unknown;
  readonly transfer?: readonly ArrayBuffer[];
  /** The host runs another URL for it, on this thread perhaps. */
  readonly runsChild?: boolean;
  /** Told first, inside the message that brings the reply. */
  readonly onReply?: OnReply;
  /** When the host reports an end after its reply. */
  readonly onCompletion?: OnCompletion;
}

/** Calls of one session that the host has not answered. */
export class HostCalls {
  readonly #sink: CallSink;
  readonly #replies = new Map<number, OnReply>();
  readonly #completions = new Map<number, OnCompletion>();
  /** Calls whose URL still runs. */
  readonly #children = new Set<number>();
  #lastCallId = 0;

  constructor(sink: CallSink) {
    this.#sink = sink;
  }

  /** Asks; a session that was cancelled gets no reply from the host, so it is refused here. */
  ask(call: HostCall, settle: OnReply): void {
    const onReply: OnReply = (error, value) => {
      call.onReply?.(error, value);
      settle(error, value);
    };
    if (this.#sink.cancelReason !== 0) return onReply(this.#sink.cancelError(), undefined);
    this.#lastCallId += 1;
    const callId = this.#lastCallId;
    this.#replies.set(callId, onReply);
    if (call.onCompletion !== undefined) this.#completions.set(callId, call.onCompletion);
    if (call.runsChild === true) {
      this.#children.add(callId);
      this.#sink.thread.waitForChildren(1);
    }
    this.#post(callId, call);
  }

  askPromise(call: HostCall): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.ask(call, (error, value) => {
        if (error === undefined) resolve(value);
        else reject(error);
      });
    });
  }

  /** Blocks the thread until the reply. */
  askSync(call: HostCall): unknown {
    const outcome: { value?: unknown; error?: IsapiError | undefined; isSettled: boolean } = {
      isSettled: false,
    };
    this.ask(call, (error, value) => {
      outcome.error = error;
      outcome.value = value;
      outcome.isSettled = true;
    });
    this.#sink.blockUntil(() => outcome.isSettled);
    if (outcome.error !== undefined) throw outcome.error;
    return outcome.value;
  }

  /** Says something that needs no reply. */
  tell(call: HostCall): void {
    if (this.#sink.cancelReason === 0) this.#post(0, call);
  }

  reply({ callId, outcome }: ReplyMessage): void {
    if (!outcome.ok || !this.#completions.has(callId)) this.#childEnded(callId);
    const onReply = this.#replies.get(callId);
    this.#replies.delete(callId);
    if (outcome.ok) return onReply?.(undefined, outcome.value);
    this.#completions.delete(callId);
    onReply?.(fromWireError(outcome.error), undefined);
  }

  completed({ callId, bytes, error, value }: CompletionMessage): void {
    this.#childEnded(callId);
    const onCompletion = this.#completions.get(callId);
    this.#completions.delete(callId);
    onCompletion?.(bytes, error, value);
  }

  /** The session is over, or waits no longer. */
  drop(): void {
    if (this.#children.size > 0) this.#sink.thread.waitForChildren(-this.#children.size);
    this.#children.clear();
  }

  /** No reply will come any more. */
  cancel(error: IsapiError): void {
    this.drop();
    const replies = [...this.#replies.values()];
    this.#replies.clear();
    this.#completions.clear();
    for (const onReply of replies) onReply(error, undefined);
  }

  #childEnded(callId: number): void {
    if (this.#children.delete(callId)) this.#sink.thread.waitForChildren(-1);
  }

  #post(callId: number, { code, input, transfer }: HostCall): void {
    const { slot, connId } = this.#sink;
    this.#sink.post({ op: 'call', slot, connId, callId, code, input }, transfer);
  }
}
