import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { AnswerMemory } from '../callbacks/client.ts';
import type { FrameAnswer, Framing } from './framing.ts';

/** A request of either version. */
export type ClientRequest = IncomingMessage | Http2ServerRequest;

/** Whether a request came over HTTP/2. Its version does not tell: a line of HTTP/1 may say `HTTP/2.0`. */
export function isHttp2(request: ClientRequest): request is Http2ServerRequest {
  return 'stream' in request;
}

/** The way an answer takes to its client: an HTTP/1 response, or an HTTP/2 stream. A Responder says what goes when. */
export interface Wire {
  /** Whether the client lets the connection live on. */
  readonly keepsConnection: boolean;
  /**
   * Whether the connection cannot live on: the host is closing, or the client may have kept its body back and what
   * comes next is not clear.
   */
  readonly isEnding: boolean;
  /** Header lines that end a head whose connection lives on. */
  readonly keepLines: string;
  /** Frames an answer for this wire. */
  readonly frameAnswer: FrameAnswer;
  /** Asks the client for its body, if it waits to be asked. */
  sendContinue(): void;
  /** Sends a whole answer. */
  send(framing: Framing, body: string | Uint8Array | undefined): void;
  /** Sends a whole answer whose body lies in memory of somebody else; the bytes there may change at once. */
  sendFrom(memory: AnswerMemory, bodyAt: number, bodyBytes: number, framing: Framing): void;
  /** Sends the head of an answer that is streamed. */
  begin(framing: Framing): void;
  /** Sends the next bytes; they must not change until `onFlushed`, which is called when they are out or lost. */
  write(bytes: Uint8Array, onFlushed: () => void): void;
  /** Ends an answer that is streamed. */
  end(): void;
  /** The connection closes after this answer. Before its end. */
  closeAfter(): void;
  /** The connection ends with a reset after this answer. Before its end. */
  resetAfter(): void;
  /** Closes in a later turn, so that what was written gets out; `onGone` is called when nothing is left to close. */
  abort(onGone: () => void): void;
  /**
   * Ends an answer that is not complete, so that the client can tell: what was written goes out first.
   *
   * @param isCloseDelimited - the end of the connection would look like the end of the body
   */
  cut(isCloseDelimited: boolean): void;
}
