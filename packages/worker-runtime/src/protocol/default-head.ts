import { STATUS_CODES } from 'node:http';
import type { AnswerHead } from './messages.ts';

/** Of an answer that begins with bytes and no head. */
export const DEFAULT_HEAD: AnswerHead = {
  statusCode: 200,
  text: 'HTTP/1.1 200 OK\r\n',
  contentLength: undefined,
  keepConn: true,
  hasDate: false,
  hasServer: false,
};

/** Of a session that ended well and sent nothing: its `httpStatusCode`, or 200. */
export function emptyHead(logStatus: number): AnswerHead {
  if (logStatus < 200 || logStatus > 599) return DEFAULT_HEAD;
  const text = `HTTP/1.1 ${logStatus} ${STATUS_CODES[logStatus] ?? ''}\r\n`;
  return { ...DEFAULT_HEAD, statusCode: logStatus, text };
}
