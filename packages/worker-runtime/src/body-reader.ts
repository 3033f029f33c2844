import { IsapiError } from '@isapi-host/sdk';
import { CANCEL_CLIENT_GONE, READ_WINDOW_BYTES } from './protocol/index.ts';

/** How a reader reaches the host. */
export interface BodySource {
  /** Allows the host to send this many bytes more. */
  askForBytes(bytes: number): void;
  /** Blocks the thread until `isDone`, `timeoutMs` at most. @returns whether it is */
  blockUntil(isDone: () => boolean, timeoutMs?: number): boolean;
}

/** How reads behave. */
export interface ReadRules {
  /** `classic`: a client that left looks like the end of the body, as in IIS. */
  readonly profile: 'modern' | 'classic';
  /** Longest wait of one read for the client, ms; 0: no limit. */
  readonly readTimeoutMs: number;
}

interface Waiter {
  readonly maxBytes: number;
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: IsapiError) => void;
  timer: NodeJS.Timeout | undefined;
}

const EMPTY = new Uint8Array(0);

/** The part of a request's body behind the read-ahead. Bytes come in ahead of need, up to a window. */
export class BodyReader {
  readonly #source: BodySource;
  readonly #chunks: Uint8Array[] = [];
  readonly #waiters: Waiter[] = [];
  /** Bytes the host may still send. */
  #allowed = 0;
  #buffered = 0;
  #ended: boolean;
  #cancelled = 0;
  readonly #endsWithClient: boolean;
  readonly #timeoutMs: number;

  constructor(source: BodySource, ended: boolean, { profile, readTimeoutMs }: ReadRules) {
    this.#source = source;
    this.#ended = ended;
    this.#endsWithClient = profile === 'classic';
    this.#timeoutMs = readTimeoutMs === 0 ? Infinity : readTimeoutMs;
  }

  /**
   * Reads, within the time that one read may wait.
   *
   * @returns at least one byte, or none at the end of the body
   */
  read(maxBytes: number): Promise<Uint8Array> {
    return this.#read(maxBytes, this.#timeoutMs);
  }

  /** Reads, however long the client takes. ISAPI: ASYNC_READ_CLIENT. */
  readPatiently(maxBytes: number): Promise<Uint8Array> {
    return this.#read(maxBytes, Infinity);
  }

  readSync(maxBytes: number): Uint8Array {
    if (this.#waiters.length > 0) {
      throw new IsapiError('ERROR_IO_PENDING', 'readClient is under way: await it first');
    }
    if (maxBytes === 0) return EMPTY;
    this.#refill();
    if (!this.#source.blockUntil(() => this.#isReady, this.#timeoutMs)) throw timedOut();
    if (this.#isCutShort) throw this.#error();
    const bytes = this.#take(maxBytes);
    this.#refill();
    return bytes;
  }

  /** The host sent bytes. */
  push(chunks: readonly Uint8Array[], ended: boolean): void {
    for (const chunk of chunks) {
      this.#allowed -= chunk.length;
      this.#buffered += chunk.length;
      this.#chunks.push(chunk);
    }
    if (ended) this.#ended = true;
    this.#serve();
  }

  /** Takes back what waits for its bytes; they stay for the next read. */
  cancelReads(): void {
    for (const { timer } of this.#waiters.splice(0)) clearTimeout(timer);
  }

  /** Whether the host may have bytes under way. */
  get isFlowing(): boolean {
    return this.#allowed > 0 && !this.#ended && this.#cancelled === 0;
  }

  /** Gives everything that is here and not read, and ends: somebody else reads on. */
  handOver(): { readonly bytes: Uint8Array; readonly ended: boolean } {
    const bytes = Buffer.concat(this.#chunks);
    const ended = this.#ended;
    this.#chunks.length = 0;
    this.#buffered = 0;
    this.#ended = true;
    this.#serve();
    return { bytes: new Uint8Array(bytes), ended };
  }

  /** No more bytes will come. */
  cancel(reason: number): void {
    this.#cancelled = reason;
    this.#serve();
  }

  get #isReady(): boolean {
    return this.#chunks.length > 0 || this.#ended || this.#cancelled !== 0;
  }

  get #isCutShort(): boolean {
    if (this.#chunks.length > 0 || this.#ended) return false;
    return !(this.#endsWithClient && this.#cancelled === CANCEL_CLIENT_GONE);
  }

  #read(maxBytes: number, timeoutMs: number): Promise<Uint8Array> {
    if (maxBytes === 0) return Promise.resolve(EMPTY);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { maxBytes, resolve, reject, timer: undefined };
      this.#waiters.push(waiter);
      this.#serve();
      this.#refill();
      if (timeoutMs === Infinity || this.#waiters.at(-1) !== waiter) return;
      waiter.timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(timedOut());
      }, timeoutMs);
    });
  }

  #serve(): void {
    while (this.#waiters.length > 0 && this.#isReady) {
      const waiter = this.#waiters.shift();
      clearTimeout(waiter?.timer);
      if (this.#isCutShort) waiter?.reject(this.#error());
      else waiter?.resolve(this.#take(waiter.maxBytes));
    }
  }

  #take(maxBytes: number): Uint8Array {
    const first = this.#chunks[0];
    if (first === undefined || maxBytes === 0) return EMPTY;
    const bytes = first.length <= maxBytes ? first : first.subarray(0, maxBytes);
    if (bytes === first) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(maxBytes);
    this.#buffered -= bytes.length;
    return bytes;
  }

  /** Asks for more once half of the window is used. */
  #refill(): void {
    const room = READ_WINDOW_BYTES - this.#buffered - this.#allowed;
    if (this.#ended || this.#cancelled !== 0 || room < READ_WINDOW_BYTES / 2) return;
    this.#allowed += room;
    this.#source.askForBytes(room);
  }

  #error(): IsapiError {
    return this.#cancelled === CANCEL_CLIENT_GONE
      ? new IsapiError('ERROR_OPERATION_ABORTED', 'the client is gone; the body is not complete')
      : new IsapiError(
          'ERROR_OPERATION_ABORTED',
          'the session was cancelled; the body is not complete',
        );
  }
}

/** The next read may succeed. */
function timedOut(): IsapiError {
  return new IsapiError('ERROR_SEM_TIMEOUT', 'the client sent nothing for too long');
}
