import type {
  HSE_REQ_SEND_RESPONSE_HEADER,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HseInput,
} from '@isapi-host/sdk';
import { parseResponseHead } from '../response-head.ts';
import type { Session } from '../session.ts';
import { invalid, requireObject, requireText } from './handler.ts';

/** ISAPI: HSE_REQ_SEND_URL_REDIRECT_RESP. */
export function redirect(session: Session, url: string): undefined {
  requireText(url);
  const link = url.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const body = `<head><title>Document Moved</title></head>\n<body><h1>Object Moved</h1>This document may be found <a href="${link}">here</a></body>\n`;
  const header = [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Location', url],
    ['Content-Length', String(Buffer.byteLength(body))],
  ] as const;
  const { head } = parseResponseHead(302, header, true);
  session.assertIdle();
  session.writer.setHead(head);
  session.httpStatusCode = 302;
  void session.writer.write(body);
  session.writer.seal('the redirection is the whole response');
  return undefined;
}

/** ISAPI: HSE_REQ_SEND_RESPONSE_HEADER. */
export function sendHeader(
  session: Session,
  info: HseInput<typeof HSE_REQ_SEND_RESPONSE_HEADER>,
): undefined {
  if (info === undefined || info === null) return setHead(session, undefined, undefined, true);
  requireObject(info, 'status, header');
  return setHead(session, info.status, info.header, true);
}

/** ISAPI: HSE_REQ_SEND_RESPONSE_HEADER_EX. */
export function sendHeaderEx(
  session: Session,
  info: HseInput<typeof HSE_REQ_SEND_RESPONSE_HEADER_EX>,
): undefined {
  requireObject(info, 'status, header, keepConn');
  // ISAPI: an uninitialised fKeepConn left clients hanging, so there is no default here.
  if (typeof info.keepConn !== 'boolean') invalid('keepConn: expected true or false');
  return setHead(session, info.status, info.header, info.keepConn);
}

function setHead(
  session: Session,
  status: Parameters<typeof parseResponseHead>[0],
  header: Parameters<typeof parseResponseHead>[1],
  keepConn: boolean,
): undefined {
  const { profile } = session.thread.settings;
  const { head, body, dropped } = parseResponseHead(status, header, keepConn, profile);
  session.assertIdle();
  if (dropped !== undefined) session.fault('ext.framing', `${dropped} is the host's to send`);
  session.writer.setHead(head);
  // ISAPI: text behind the empty line is the beginning of the body.
  if (body !== '') void session.writer.write(body);
  return undefined;
}

/** ISAPI: HSE_REQ_SET_FLUSH_FLAG. */
export function setFlushFlag(session: Session, flush: boolean): undefined {
  if (typeof flush !== 'boolean') invalid('expected true or false');
  session.writer.flushEach = flush;
  if (flush && session.writer.isHoldingBack) session.writer.flush();
  return undefined;
}
