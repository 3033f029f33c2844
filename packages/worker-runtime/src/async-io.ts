import {
  type ExtensionControlBlock,
  type HseIoCompletion,
  IsapiError,
  type WIN32_ERRORS,
} from '@isapi-host/sdk';

/** Who the operations belong to. */
export interface IoOwner {
  readonly ecb: ExtensionControlBlock;
  readonly isDone: boolean;
  /** A completion threw or rejected. */
  fail(thrown: unknown): void;
}

/** Whom the end of an operation is reported to. */
export interface Completion {
  readonly completion: HseIoCompletion;
  readonly context: unknown;
}

/** An asynchronous operation that has started. */
export interface Operation {
  /** Reports its end; only the first end counts. */
  finish(bytes: number, error?: number): void;
  /** It never started: nothing is reported. */
  drop(): void;
}

/*
 * The asynchronous operations of a session. One is in one state; what makes each step is in brackets.
 *
 *   IDLE -> UNDER_WAY     [begin]
 *   UNDER_WAY -> ENDING   [finish, abort]
 *   UNDER_WAY -> IDLE     [drop: the call that starts it fails]
 *   ENDING -> IDLE        [a later turn of the event loop; the completion is called right after]
 *
 * (1) At most one operation is not IDLE. Until its completion is called, other input and output is refused.
 * (2) The completion is called once for each operation that started, never inside the call that started it.
 * (3) A session that is over calls no completion any more.
 */
export class AsyncIo {
  readonly #owner: IoOwner;
  #registered: Completion | undefined;
  #current: { readonly cancel: () => void; isEnding: boolean } | undefined;
  #operation: Operation | undefined;

  constructor(owner: IoOwner) {
    this.#owner = owner;
  }

  get isUnderWay(): boolean {
    return this.#current !== undefined;
  }

  get hasCompletion(): boolean {
    return this.#registered !== undefined;
  }

  /** ISAPI: HSE_REQ_IO_COMPLETION. Counts for operations that begin from now on. */
  register(completion: HseIoCompletion | null, context: unknown): void {
    this.#registered = completion === null ? undefined : { completion, context };
  }

  /**
   * @param own - told in place of what is registered
   * @param cancel - stops what the operation does; it still has to end
   * @throws IsapiError `ERROR_INVALID_PARAMETER` - nobody to tell; `ERROR_IO_PENDING` - another one is under way
   */
  begin(own: Completion | undefined, cancel: () => void): Operation {
    const told = own ?? this.#registered;
    if (told === undefined) {
      throw new IsapiError('ERROR_INVALID_PARAMETER', 'no completion is registered');
    }
    if (this.#current !== undefined) throw pending();
    const current = { cancel, isEnding: false };
    const operation: Operation = {
      finish: (bytes, error = 0) => {
        if (this.#current !== current || current.isEnding) return;
        current.isEnding = true;
        setImmediate(() => {
          this.#report(current, () => told.completion(this.#owner.ecb, told.context, bytes, error));
        });
      },
      drop: () => {
        if (this.#current === current) this.#current = undefined;
      },
    };
    this.#current = current;
    this.#operation = operation;
    return operation;
  }

  /** Ends the operation under way, if there is one, with an error. */
  abort(error: (typeof WIN32_ERRORS)['ERROR_OPERATION_ABORTED' | 'ERROR_NETNAME_DELETED']): void {
    const current = this.#current;
    if (current === undefined || current.isEnding) return;
    this.#operation?.finish(0, error);
    current.cancel();
  }

  /** The session is over. */
  drop(): void {
    this.#current = undefined;
  }

  #report(current: object, report: () => unknown): void {
    if (this.#current !== current) return;
    this.#current = undefined;
    if (this.#owner.isDone) return;
    try {
      const returned = report();
      if (typeof returned !== 'object' || returned === null) return;
      Promise.resolve(returned).then(undefined, (error: unknown) => {
        this.#owner.fail(error);
      });
    } catch (error) {
      this.#owner.fail(error);
    }
  }
}

/** The error of a call that may not be made while an operation is under way. */
export function pending(): IsapiError {
  return new IsapiError('ERROR_IO_PENDING', 'an asynchronous operation is under way');
}
