import type { AnswerHead } from '@isapi-host/worker-runtime/protocol';
import { SERVER_SOFTWARE } from '../observe/version.ts';

/** What the request allows for its answer. */
export interface RequestFraming {
  readonly method: string;
  /** `'1.0'` or `'1.1'`. */
  readonly httpVersion: string;
  /** Whether the client lets the connection live on. */
  readonly keepConn: boolean;
  /** Header lines that end a head whose connection lives on. */
  readonly keepLines: string;
}

/** How an answer goes out. */
export interface Framing {
  readonly statusCode: number;
  /** The whole head with its empty line. */
  readonly head: string;
  readonly isChunked: boolean;
  readonly isLast: boolean;
  /** Whether the connection lives on is told by the final status. */
  readonly isUndecided: boolean;
  readonly hasBody: boolean;
  /** Bytes the body must have; `undefined`: as many as come. */
  readonly contentLength: number | undefined;
}

/** Frames an answer of an extension; one for each profile. */
export type FrameAnswer = (
  head: AnswerHead,
  request: RequestFraming,
  bodyBytes: number | undefined,
) => Framing;

export const SERVER: string = `Server: ${SERVER_SOFTWARE}\r\n`;
export const CLOSE = 'Connection: close\r\n\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/**
 * Frames an answer: the host alone says where a body ends and whether the connection lives on.
 *
 * @param bodyBytes - length of the body when it is known, `undefined` when it is still being written
 */
export function frame(
  head: AnswerHead,
  request: RequestFraming,
  bodyBytes: number | undefined,
): Framing {
  const { statusCode } = head;
  const hasBody = request.method !== 'HEAD' && statusCode !== 204 && statusCode !== 304;
  const contentLength = head.contentLength ?? (hasBody || bodyBytes !== 0 ? bodyBytes : undefined);
  const isChunked = hasBody && contentLength === undefined && request.httpVersion === '1.1';
  // Without a length and without chunks only the end of the connection ends the body.
  const isLast =
    !head.keepConn || !request.keepConn || (hasBody && contentLength === undefined && !isChunked);

  let text = head.text;
  if (contentLength !== undefined && statusCode !== 204) {
    text += `Content-Length: ${contentLength}\r\n`;
  }
  if (isChunked) text += CHUNKED;
  if (!head.hasServer) text += SERVER;
  if (!head.hasDate) text += dateLine();
  text += isLast ? CLOSE : request.keepLines;
  return {
    statusCode,
    head: text,
    isChunked,
    isLast,
    isUndecided: false,
    hasBody,
    contentLength: hasBody ? contentLength : undefined,
  };
}

/**
 * Header lines that end a head whose connection lives on.
 *
 * @param idleMs - how long it lives without a request, ms; clients are told in whole seconds
 */
export function buildKeepLines(idleMs: number): string {
  return `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(idleMs / 1000)}\r\n\r\n`;
}

let dateSecond = 0;
let dateText = '';

/** The `Date` header, built once a second. */
export function dateLine(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = `Date: ${new Date(second * 1000).toUTCString()}\r\n`;
  }
  return dateText;
}
