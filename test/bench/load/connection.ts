import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Workload } from '../workloads.ts';
import { AnswerReader } from './answer-reader.ts';
import type { EncodedRequest } from './request.ts';

const READ_BYTES = 65_536;

/** Called once per request, with what was wrong about the answer, if anything was. */
export type OnAnswer = (wrong: Error | undefined) => void;

/**
 * One keep-alive connection to a subject: a request out, its answer in, byte for byte checked.
 *
 * On raw sockets and without a promise per request, since what the load costs, the subject lacks.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #request: EncodedRequest;
  readonly #reader: AnswerReader;
  #onAnswer: OnAnswer | undefined;
  #restBytes = 0;
  #isWriting = false;

  /** @param request - `workload` encoded, one for all connections */
  constructor(port: number, workload: Workload, request: EncodedRequest) {
    this.#request = request;
    this.#reader = new AnswerReader(workload.answer);
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer,
        callback: (count) => {
          this.#read(buffer.subarray(0, count));
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#settle(error));
    this.#socket.on('close', () => this.#settle(new Error('the connection was closed')));
    this.#socket.on('drain', () => this.#writeRest());
  }

  /** Resolves when the connection stands. */
  async opened(): Promise<this> {
    await once(this.#socket, 'connect');
    return this;
  }

  /** Sends the request. One at a time: not before the last one was answered. */
  ask(onAnswer: OnAnswer): void {
    this.#onAnswer = onAnswer;
    this.#restBytes = this.#request.rest?.bytes ?? 0;
    this.#socket.write(this.#request.first);
    this.#writeRest();
  }

  /** The same for those who ask seldom. */
  askOnce(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.ask((wrong) => {
        if (wrong === undefined) resolve();
        else reject(wrong);
      });
    });
  }

  close(): void {
    this.#onAnswer = undefined;
    this.#socket.destroy();
  }

  #writeRest(): void {
    const { rest } = this.#request;
    if (rest === undefined || this.#isWriting) return;
    this.#isWriting = true; // `write` may call back before it returns
    let isFull = false;
    while (this.#restBytes > 0 && !isFull) {
      const piece = rest.unit.subarray(0, Math.min(rest.unit.length, this.#restBytes));
      this.#restBytes -= piece.length;
      isFull = !this.#socket.write(piece);
    }
    this.#isWriting = false;
  }

  #read(bytes: Buffer): void {
    if (this.#onAnswer === undefined) return;
    try {
      if (this.#reader.push(bytes)) this.#settle(undefined);
    } catch (error) {
      this.#settle(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #settle(wrong: Error | undefined): void {
    const onAnswer = this.#onAnswer;
    this.#onAnswer = undefined;
    if (wrong !== undefined) this.#socket.destroy();
    onAnswer?.(wrong);
  }
}
