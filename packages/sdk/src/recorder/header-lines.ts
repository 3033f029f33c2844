import { IsapiError } from '../errors.ts';
import type { HeaderLines } from '../sending.ts';

/** One header field: its name as it was given, and its value. */
export type HeaderField = readonly [name: string, value: string];

/** Header fields, and the text after the empty line of raw header lines. */
interface ParsedHeader {
  readonly fields: readonly HeaderField[];
  readonly rest: string;
}

const STATUS = /^([1-5]\d\d)(?: +(.*))?$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;

/**
 * @throws IsapiError `ERROR_INVALID_PARAMETER` - not a status of three digits
 */
export function parseStatus(status: string | number | undefined): { code: number; text: string } {
  const [line, code, text] = STATUS.exec(trimNul(String(status ?? 200))) ?? [];
  if (line === undefined) throw invalid(`expected a status such as 404 or '404 Not Found'`);
  return { code: Number(code), text: text ?? '' };
}

/**
 * Reads headers in any of their three forms.
 *
 * @throws IsapiError `ERROR_INVALID_PARAMETER` - a bad name, or CR, LF or NUL in a value
 */
export function parseHeader(header: HeaderLines | undefined): ParsedHeader {
  if (header === undefined) return { fields: [], rest: '' };
  if (typeof header === 'string') return parseLines(trimNul(header));
  const fields = isPairs(header) ? header.map(([name, value]) => field(name, value)) : [];
  if (isPairs(header)) return { fields, rest: '' };

  for (const [name, value] of Object.entries(header)) {
    for (const one of typeof value === 'string' ? [value] : value) fields.push(field(name, one));
  }
  return { fields, rest: '' };
}

function isPairs(header: Exclude<HeaderLines, string>): header is readonly HeaderField[] {
  return Array.isArray(header);
}

function parseLines(text: string): ParsedHeader {
  const fields: HeaderField[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end).replace(/\r$/, '');
    start = end + 1;
    if (line === '') return { fields, rest: text.slice(start) };

    const colon = line.indexOf(':');
    fields.push(field(line.slice(0, Math.max(colon, 0)), line.slice(colon + 1).trim()));
  }
  return { fields, rest: '' };
}

function field(name: string, value: string): HeaderField {
  if (!TOKEN.test(name)) throw invalid(`bad header name ${JSON.stringify(name)}`);
  const isClean = typeof value === 'string' && !/[\r\n]/.test(value) && !value.includes('\0');
  if (!isClean) throw invalid(`bad value of header ${name}`);
  return [name, value];
}

/** C callers count the closing NUL in; ISAPI hosts overlook it. */
function trimNul(text: string): string {
  return text.replace(/\0+$/, '');
}

function invalid(message: string): IsapiError {
  return new IsapiError('ERROR_INVALID_PARAMETER', message);
}
