import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { AnswerMemory } from '../callbacks/client.ts';
import { sendContinue, waitsForContinue } from './expect-continue.ts';
import type { FrameAnswer, Framing } from './framing.ts';
import type { Http1Connection } from './http1-connection.ts';
import { closeAfter, setLast, setRawHead } from './raw-head.ts';
import type { Wire } from './wire.ts';

/** Longer bodies are copied as bytes; up to here one string is cheaper. */
const STRING_BODY_BYTES = 16 * 1024;

/** What is the same for all answers of a host. */
export interface Http1Terms {
  readonly frameAnswer: FrameAnswer;
  /** Header lines that end a head whose connection lives on. */
  readonly keepLines: string;
  /** Whether the host is closing. */
  readonly isClosing: boolean;
}

/** An HTTP/1 response. */
export class Http1Wire implements Wire {
  readonly keepsConnection: boolean;
  readonly #response: ServerResponse;
  readonly #connection: Http1Connection;
  readonly #terms: Http1Terms;
  #resets = false;

  constructor(response: ServerResponse, connection: Http1Connection, terms: Http1Terms) {
    this.keepsConnection = response.shouldKeepAlive;
    this.#response = response;
    this.#connection = connection;
    this.#terms = terms;
  }

  get frameAnswer(): FrameAnswer {
    return this.#terms.frameAnswer;
  }

  get keepLines(): string {
    return this.#terms.keepLines;
  }

  get isEnding(): boolean {
    const isClosing = this.#terms.isClosing && this.#connection.isLastInLine;
    return isClosing || waitsForContinue(this.#response);
  }

  sendContinue(): void {
    sendContinue(this.#response);
  }

  send(framing: Framing, body: string | Uint8Array | undefined): void {
    this.#setHead(framing, framing.head);
    this.#end(body);
  }

  sendFrom(memory: AnswerMemory, bodyAt: number, bodyBytes: number, framing: Framing): void {
    const bodyEnd = bodyAt + bodyBytes;
    if (bodyBytes <= STRING_BODY_BYTES) {
      // One latin1 string is one write; every byte is one character of it.
      this.#setHead(framing, framing.head + memory.bytes.latin1Slice(bodyAt, bodyEnd));
      this.#end(undefined);
    } else {
      this.#setHead(framing, framing.head);
      // The slot is used again before the socket has taken the bytes, so they are copied.
      this.#end(memory.read(bodyAt, bodyEnd));
    }
  }

  begin(framing: Framing): void {
    this.#setHead(framing, framing.head);
    this.#response.flushHeaders();
  }

  write(bytes: Uint8Array, onFlushed: () => void): void {
    this.#response.write(bytes, onFlushed);
  }

  end(): void {
    this.#end(undefined);
  }

  closeAfter(): void {
    closeAfter(this.#response);
    this.#closeAfter();
  }

  resetAfter(): void {
    this.#resets = true;
    // Node would end the connection itself, and then there is nothing to reset.
    setLast(this.#response, false);
  }

  abort(onGone: () => void): void {
    const { socket } = this.#response;
    setImmediate(() => {
      if (socket === null || socket.destroyed) onGone();
      else if (this.#resets) reset(socket);
      else socket.destroy();
    });
  }

  cut(isCloseDelimited: boolean): void {
    const { socket } = this.#response;
    if (socket === null || socket.destroyed) return;
    // Node 26 holds chunks back until the end of the turn, and would lose them.
    while (this.#response.writableCorked > 0) this.#response.uncork();
    // A plain close would look like the end of a body that has no other end.
    if (isCloseDelimited || this.#resets) socket.write('', () => resetLater(socket));
    else socket.destroySoon();
  }

  #setHead(framing: Framing, text: string): void {
    setRawHead(this.#response, text, framing);
    if (this.#resets) setLast(this.#response, false);
    else if (framing.isLast) this.#closeAfter();
  }

  #closeAfter(): void {
    this.#connection.closeAfter(this.#response, this.keepsConnection ? 'by-host' : 'by-client');
  }

  #end(body: string | Uint8Array | undefined): void {
    if (!this.#resets) {
      this.#response.end(body);
      return;
    }
    const { socket } = this.#response;
    this.#response.end(body, () => {
      if (socket !== null) reset(socket);
    });
  }
}

/** A reset of a socket that has said its end fails, and leaves its handle open for good (Node 20 to 26). */
function reset(socket: Socket): void {
  if (socket.writable) socket.resetAndDestroy();
  else socket.destroy();
}

/** Together with data a reset can look like an end (libuv takes it for one), so the client gets time to read first. */
function resetLater(socket: Socket): void {
  setTimeout(() => setImmediate(reset, socket), RESET_DELAY_MS);
}

const RESET_DELAY_MS = 100;
