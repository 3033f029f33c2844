import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * What this file knows of Node's inside, the same from Node 20 to 26: a response whose `_header` is set sends that
 * text as its head, together with the first bytes of the body and in one write. Over the public `writeHead`, which
 * builds the text from a list again, this is worth about 3 us of 17 a request (docs/performance.md).
 * A test holds the bytes on the wire, so that a Node that changes here is noticed.
 */
interface ResponseInside extends ServerResponse {
  _header: string | null;
  _last: boolean;
  _hasBody: boolean;
}

/** How the body behind a head is framed. */
export interface RawFraming {
  readonly statusCode: number;
  /** Let Node put each write into a chunk. */
  readonly isChunked: boolean;
  /** Close the connection after the response. */
  readonly isLast: boolean;
  readonly hasBody: boolean;
}

/** Closes the connection of a response after it. Before its `end`. */
export function closeAfter(response: ServerResponse): void {
  const inside = response as ResponseInside;
  inside.shouldKeepAlive = false;
  inside._last = true;
}

/** Gives a response its head as text, empty line included; `write` and `end` send it. */
export function setRawHead(response: ServerResponse, text: string, framing: RawFraming): void {
  const inside = response as ResponseInside;
  inside.statusCode = framing.statusCode;
  inside.chunkedEncoding = framing.isChunked;
  inside.shouldKeepAlive = !framing.isLast;
  // Node may have set it before: the client has ended its side.
  if (framing.isLast) inside._last = true;
  inside._hasBody = framing.hasBody;
  inside._header = text;
}

/** Whether Node closes the connection itself after the response. */
export function setLast(response: ServerResponse, isLast: boolean): void {
  (response as ResponseInside)._last = isLast;
}

/**
 * Spares a request without a body the end of its stream: Node would resume it only to find nothing there, which is
 * worth about 1 us of 17 a request. Where Node no longer looks at this, the request is merely as slow as any other.
 */
export function skipEmptyBody(request: IncomingMessage): void {
  (request as IncomingMessage & { _dumped?: boolean })._dumped = true;
}
