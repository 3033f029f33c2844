import type { AnswerHead } from '@isapi-host/worker-runtime/protocol';
import { CLOSE, dateLine, type Framing, type RequestFraming, SERVER } from './framing.ts';

const OWN_CHUNKS = /^transfer-encoding:[ \t]*chunked[ \t]*\r$/im;

/**
 * Frames an answer as IIS 4 to 6 did: the host computes no Content-Length and makes no chunks. What the extension
 * framed itself, by a Content-Length or by chunks of its own, may keep the connection; everything else is ended
 * by closing it, where IIS would have let the client wait.
 *
 * ISAPI: reference section 5.3.
 */
export function frameClassic(head: AnswerHead, request: RequestFraming): Framing {
  const { statusCode, keepConn } = head;
  const hasBody = request.method !== 'HEAD' && statusCode !== 204 && statusCode !== 304;
  const hasChunks = OWN_CHUNKS.test(head.text);
  // RFC 9112 section 6.1: a sender that has chunks sends no length.
  const contentLength = hasChunks ? undefined : head.contentLength;
  const isFramed =
    !hasBody || contentLength !== undefined || (hasChunks && request.httpVersion === '1.1');
  // A client of HTTP/1.0 has to be told in the head.
  const isLost = keepConn === 'by-status' && request.httpVersion !== '1.1';
  const isLast = !request.keepConn || !isFramed || keepConn === false || isLost;
  const isUndecided = !isLast && keepConn === 'by-status';

  let text = head.text;
  if (contentLength !== undefined && statusCode !== 204) {
    text += `Content-Length: ${contentLength}\r\n`;
  }
  if (!head.hasServer) text += SERVER;
  if (!head.hasDate) text += dateLine();
  if (isLast) text += CLOSE;
  else text += isUndecided ? '\r\n' : request.keepLines;
  return {
    statusCode,
    head: text,
    isChunked: false,
    isLast,
    isUndecided,
    hasBody,
    contentLength: hasBody ? contentLength : undefined,
  };
}
