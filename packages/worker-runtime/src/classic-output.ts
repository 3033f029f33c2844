import { HSE_STATUS_ERROR, IsapiError } from '@isapi-host/sdk';
import type { AnswerWriter } from './answer-writer.ts';
import type { AnswerHead, SendPiece, SessionEnd } from './protocol/index.ts';
import type { SessionOutput } from './session-output.ts';
import { isShortOfRawHead, NO_HEAD, readWrittenHead, type WrittenHead } from './written-head.ts';

/** Output in the profile classic: nothing is held back, and an extension may write its head itself. */
export class ClassicOutput implements SessionOutput {
  readonly #writer: AnswerWriter;
  /** The beginning of a raw head. */
  #held: Buffer = NOTHING;
  #failure: unknown;

  constructor(writer: AnswerWriter) {
    this.#writer = writer;
    writer.flushEach = true;
  }

  write(data: string | Uint8Array): number | Promise<number> {
    const rest = this.#takeHead(data);
    if (rest === data) return this.#writer.write(data);
    const bytes = Buffer.byteLength(data);
    const accepted = rest === undefined ? 0 : this.#writer.write(rest);
    return typeof accepted === 'number' ? bytes : accepted.then(() => bytes);
  }

  writeSync(data: string | Uint8Array): number {
    const rest = this.#takeHead(data);
    if (rest !== undefined) this.#writer.writeSync(rest);
    return Buffer.byteLength(data);
  }

  takeHeadOf(pieces: SendPiece[]): AnswerHead | undefined {
    if (this.#writer.hasHead) return undefined;
    const file = pieces.findIndex((piece) => 'file' in piece);
    const memory = pieces.splice(0, file === -1 ? pieces.length : file);
    const bytes = memory.map((piece) => ('bytes' in piece ? piece.bytes : NOTHING));
    const all = Buffer.concat([this.#held, ...bytes]);
    const written = this.#read(all);
    if (written === undefined) {
      throw new IsapiError('ERROR_INVALID_PARAMETER', 'the raw head has no end');
    }
    const { head, bodyAt } = written;
    // A copy of exact size: it is given away.
    if (bodyAt < all.length) pieces.unshift({ bytes: new Uint8Array(all.subarray(bodyAt)) });
    return head;
  }

  end(end: SessionEnd): void {
    const isOpen =
      !this.#writer.hasHead && end.error === undefined && end.hseStatus !== HSE_STATUS_ERROR;
    if (!isOpen || (this.#held.length === 0 && this.#failure === undefined)) {
      this.#writer.end(end);
    } else if (this.#failure === undefined && isShortOfRawHead(this.#held)) {
      this.#writer.setHead(NO_HEAD);
      void this.#writer.write(this.#held);
      this.#writer.end(end);
    } else {
      const { message } = (this.#failure as Error | undefined) ?? {
        message: 'the raw head that was written has no end',
      };
      const error = { code: 'ISAPI_ERR_EXTENSION_FAILED', message, stack: '' };
      this.#writer.end({ ...end, hseStatus: HSE_STATUS_ERROR, error });
    }
  }

  /** @returns what of the data is body; `undefined`: nothing */
  #takeHead(data: string | Uint8Array): string | Uint8Array | undefined {
    if (this.#writer.hasHead || data.length === 0) return data;
    const all = Buffer.concat([this.#held, typeof data === 'string' ? Buffer.from(data) : data]);
    const written = this.#read(all);
    if (written === undefined) {
      this.#held = all;
      return undefined;
    }
    this.#writer.setHead(written.head);
    return written.bodyAt < all.length ? all.subarray(written.bodyAt) : undefined;
  }

  /** Once a raw head was no good, nothing more is taken. */
  #read(all: Buffer): WrittenHead | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return readWrittenHead(all);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}

const NOTHING = Buffer.alloc(0);
