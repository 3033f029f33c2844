import type { IncomingMessage } from 'node:http';

/** The answer to a request for which nobody looks what answers it. */
export interface OwnAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Bounds of a request's head. */
export interface HeadLimits {
  /** Longest request target, bytes. */
  readonly maxUrlBytes: number;
  readonly maxHeaders: number;
}

/** Methods an extension may be asked with; TRACE and CONNECT are not among them. */
export const ALLOW: Readonly<Record<string, string>> = {
  Allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
};

export const BAD: OwnAnswer = { statusCode: 400, headers: {} };
export const METHOD: OwnAnswer = { statusCode: 405, headers: ALLOW };
export const OPTIONS: OwnAnswer = { statusCode: 204, headers: ALLOW };
export const URI_TOO_LONG: OwnAnswer = { statusCode: 414, headers: {} };
export const EXPECTATION: OwnAnswer = { statusCode: 417, headers: {} };
const HEAD_TOO_LARGE: OwnAnswer = { statusCode: 431, headers: {} };
const VERSION: OwnAnswer = { statusCode: 505, headers: {} };

/** A name or an address, and a port. RFC 3986 section 3.2, less user information and escapes. */
export const AUTHORITY: RegExp = /^(?:[a-z0-9._~-]+|\[[0-9a-f:.]+\])(?::\d{0,5})?$/i;

/**
 * Holds an HTTP/1 request against what Node lets through: everything that two readers could take for different
 * requests is refused, and so is what no extension can have a use for.
 *
 * @returns `undefined` for a request that may be answered
 */
export function judgeRequest(request: IncomingMessage, limits: HeadLimits): OwnAnswer | undefined {
  const { headers, httpVersion, method, rawHeaders, url = '' } = request;
  if (url.length > limits.maxUrlBytes) return URI_TOO_LONG;
  if (rawHeaders.length > 2 * limits.maxHeaders) return HEAD_TOO_LARGE;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return VERSION;

  const isNamed = namesHostOnce(rawHeaders, httpVersion);
  if (!isNamed || (headers.host !== undefined && !AUTHORITY.test(headers.host))) return BAD;

  const coding = headers['transfer-encoding'];
  if (coding !== undefined && !isChunked(coding, httpVersion)) return BAD;
  if (method === 'TRACE') return METHOD;
  const { expect } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') return EXPECTATION;
  return url.charCodeAt(0) === SLASH ? undefined : judgeTarget(request, url);
}

const SLASH = 47;

/** One `Host`, which HTTP/1.0 may leave out; no header that some reader takes for one that frames the body. */
function namesHostOnce(rawHeaders: readonly string[], httpVersion: string): boolean {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    // Few names have these lengths, so few are looked at.
    if (name.length === 4) {
      if (name.toLowerCase() === 'host') hosts += 1;
    } else if ((name.length === 14 || name.length === 17) && FRAMING_TWIN.test(name)) {
      return false;
    }
  }
  return hosts === 1 || (hosts === 0 && httpVersion === '1.0');
}

const FRAMING_TWIN = /^(?:content_length|transfer_encoding)$/i;

/** The one coding there is; HTTP/1.0 has none. RFC 9112 section 6.1. */
function isChunked(coding: string, httpVersion: string): boolean {
  return httpVersion === '1.1' && (coding === 'chunked' || coding.toLowerCase() === 'chunked');
}

/** A target that is no path: `*` asks about the server, a whole URL has to agree with `Host`. */
function judgeTarget({ method, headers }: IncomingMessage, url: string): OwnAnswer | undefined {
  if (url === '*') return method === 'OPTIONS' ? OPTIONS : BAD;
  const authority = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
  if (authority === undefined || !AUTHORITY.test(authority)) return BAD;
  const { host = authority } = headers;
  return host.toLowerCase() === authority.toLowerCase() ? undefined : BAD;
}
