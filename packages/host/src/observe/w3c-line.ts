import type { IncomingHttpHeaders } from 'node:http';
import type { AccessRecord } from './access-log.ts';
import { SERVER_SOFTWARE } from './version.ts';

/** What a line is made of. */
export interface W3cEntry {
  readonly record: AccessRecord;
  readonly headers: IncomingHttpHeaders;
  readonly siteName: string;
  /** When the answer was complete. */
  readonly at: Date;
}

type Value = string | number | undefined;

/** The fields of a line in their order, with IIS's names; those that begin with `x-` are ours. */
const fields: Readonly<Record<string, (entry: W3cEntry) => Value>> = {
  date: ({ at }) => at.toISOString().slice(0, 10),
  time: ({ at }) => at.toISOString().slice(11, 19),
  's-sitename': ({ siteName }) => siteName,
  'cs-method': ({ record }) => record.method,
  'cs-uri-stem': ({ record }) => record.url.split('?', 1)[0],
  'cs-uri-query': ({ record }) => queryOf(record),
  'c-ip': ({ record }) => record.remoteAddress,
  'cs(User-Agent)': ({ headers }) => headers['user-agent'],
  'cs(Referer)': ({ headers }) => headers.referer,
  'sc-status': ({ record }) => record.logStatus ?? record.statusCode,
  'sc-substatus': ({ record }) => record.subStatus,
  'sc-bytes': ({ record }) => record.bytesOut,
  'cs-bytes': ({ record }) => record.bytesIn,
  'time-taken': ({ record }) => Math.round(record.responseTime),
  'x-request-id': ({ record }) => record.reqId,
  'x-extension': ({ record }) => record.extension,
  'x-pool': ({ record }) => record.pool,
  'x-thread': ({ record }) => record.threadId,
  'x-queue-ms': ({ record }) => record.queueMs,
  'x-run-ms': ({ record }) => record.runMs,
  'x-error': ({ record }) => record.errorCode,
};

const readers = Object.values(fields);

/** The lines that begin a file, and each time a host opens it. */
export function w3cHead(at: Date): string {
  const date = at.toISOString().slice(0, 19).replace('T', ' ');
  return [
    `#Software: ${SERVER_SOFTWARE}`,
    '#Version: 1.0',
    `#Date: ${date}`,
    `#Fields: ${Object.keys(fields).join(' ')}`,
    '',
  ].join('\n');
}

/** One line, in UTC. */
export function w3cLine(entry: W3cEntry): string {
  return `${readers.map((read) => escaped(read(entry))).join(' ')}\n`;
}

/** ISAPI: what an extension logs goes behind the query, as it is (HSE_APPEND_LOG_PARAMETER, lpszLogData). */
function queryOf({ url, logParameter = '', logData = '' }: AccessRecord): string {
  const mark = url.indexOf('?');
  const query = mark === -1 ? '' : url.slice(mark + 1);
  return query + logParameter + logData;
}

/** A value is one word: blanks become +, and what could end it or its line is percent-encoded. */
function escaped(value: Value): string {
  if (value === undefined || value === '') return '-';
  if (typeof value === 'number') return String(value);
  return value.replaceAll(' ', '+').replaceAll(/[^!-~]/gu, percentEncoded);
}

function percentEncoded(character: string): string {
  return Buffer.from(character).toString('hex').toUpperCase().replaceAll(/../g, '%$&');
}
