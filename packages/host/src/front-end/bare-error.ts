import { STATUS_CODES } from 'node:http';
import { errorBody } from './error-body.ts';
import { CLOSE, dateLine, SERVER } from './framing.ts';

/** A whole answer to bytes that are no request, after which the connection closes. */
export function bareError(
  statusCode: number,
  headers: Readonly<Record<string, string>> = {},
): string {
  const { type, body } = errorBody(statusCode, undefined);
  let text = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\nContent-Type: ${type}\r\n`;
  for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
  text += `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return text + SERVER + dateLine() + CLOSE + body;
}
