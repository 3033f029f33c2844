import { constants, type Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';
import type { AnswerHead } from '@isapi-host/worker-runtime/protocol';
import type { AnswerMemory } from '../callbacks/client.ts';
import { cutStream } from './cut-stream.ts';
import { sendContinue } from './expect-continue.ts';
import { dateLine, type Framing, type RequestFraming, SERVER } from './framing.ts';
import { toHttp2Headers } from './http2-headers.ts';
import type { Wire } from './wire.ts';

/**
 * An HTTP/2 stream. What an extension says of its connection has no effect here: it is that of other requests too,
 * so of each answer that would end a connection only its stream ends.
 */
export class Http2Wire implements Wire {
  readonly #response: Http2ServerResponse;
  readonly #stream: ServerHttp2Stream;

  constructor(response: Http2ServerResponse) {
    this.#response = response;
    this.#stream = response.stream;
  }

  get keepsConnection(): boolean {
    return true;
  }

  get isEnding(): boolean {
    return false;
  }

  get keepLines(): string {
    return '';
  }

  frameAnswer(head: AnswerHead, request: RequestFraming, bodyBytes: number | undefined): Framing {
    return frameHttp2(head, request, bodyBytes);
  }

  sendContinue(): void {
    if (this.#isOpen) sendContinue(this.#response);
  }

  send(framing: Framing, body: string | Uint8Array | undefined): void {
    if (!this.#isOpen) return;
    const isEmpty = body === undefined || body.length === 0;
    this.#respond(framing, isEmpty);
    if (isEmpty) this.#afterEnd();
    else this.#end(body);
  }

  sendFrom(memory: AnswerMemory, bodyAt: number, bodyBytes: number, framing: Framing): void {
    this.send(framing, memory.read(bodyAt, bodyAt + bodyBytes));
  }

  begin(framing: Framing): void {
    if (this.#isOpen) this.#respond(framing, false);
  }

  write(bytes: Uint8Array, onFlushed: () => void): void {
    if (this.#isOpen) this.#stream.write(bytes, onFlushed);
    else onFlushed();
  }

  end(): void {
    if (this.#isOpen) this.#end(undefined);
  }

  closeAfter(): void {
    // Its stream ends with every answer.
  }

  resetAfter(): void {
    // A reset would take the answers of other requests with it.
  }

  abort(onGone: () => void): void {
    setImmediate(() => {
      cutStream(this.#stream);
      onGone();
    });
  }

  cut(): void {
    if (!this.#isOpen) return;
    // Behind what was written: a reset takes with it what still waits.
    const stream = this.#stream;
    if (stream.headersSent) stream.write('', () => cutStream(stream));
    else cutStream(stream);
  }

  get #isOpen(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed;
  }

  #respond({ statusCode, head }: Framing, endStream: boolean): void {
    this.#stream.respond(toHttp2Headers(statusCode, head), { endStream });
  }

  #end(body: string | Uint8Array | undefined): void {
    this.#stream.end(body);
    this.#afterEnd();
  }

  /** A body that nobody has read to its end is wanted no more. RFC 9113 section 8.1. */
  #afterEnd(): void {
    const stream = this.#stream;
    if (stream.readableEnded || stream.endAfterHeaders) return;
    const stop = (): void => stream.close(constants.NGHTTP2_NO_ERROR);
    if (stream.writableFinished) stop();
    else stream.once('finish', stop);
  }
}

/** Frames an answer for HTTP/2, where the stream says where a body ends: a length is only told. */
function frameHttp2(
  head: AnswerHead,
  request: RequestFraming,
  bodyBytes: number | undefined,
): Framing {
  const { statusCode } = head;
  const isEmpty = statusCode === 204 || statusCode === 205;
  // Node ends the stream of these with its head.
  const hasBody = request.method !== 'HEAD' && !isEmpty && statusCode !== 304;
  const contentLength = head.contentLength ?? (hasBody || bodyBytes !== 0 ? bodyBytes : undefined);
  let text = head.text;
  if (contentLength !== undefined && !isEmpty) {
    text += `Content-Length: ${contentLength}\r\n`;
  }
  if (!head.hasServer) text += SERVER;
  if (!head.hasDate) text += dateLine();
  return {
    statusCode,
    head: text,
    isChunked: false,
    isLast: false,
    isUndecided: false,
    hasBody,
    contentLength: hasBody ? contentLength : undefined,
  };
}
