import type { Http2ServerRequest, IncomingHttpHeaders } from 'node:http2';
import {
  AUTHORITY,
  BAD,
  EXPECTATION,
  type HeadLimits,
  METHOD,
  OPTIONS,
  type OwnAnswer,
  URI_TOO_LONG,
} from './request-rules.ts';

/**
 * Holds an HTTP/2 request against the rules for those of HTTP/1. Framing is not its own matter, and Node refuses what
 * is malformed or has too many headers by a reset of its stream.
 *
 * @returns `undefined` for a request that may be answered
 */
export function judgeHttp2Request(
  { headers, method, url }: Http2ServerRequest,
  { maxUrlBytes }: HeadLimits,
): OwnAnswer | undefined {
  if (url.length > maxUrlBytes) return URI_TOO_LONG;
  if (!namesOneHost(headers)) return BAD;
  // Extensions see the name of a header with `_` for `-`.
  if ('content_length' in headers || 'transfer_encoding' in headers) return BAD;
  if (method === 'TRACE') return METHOD;
  const { expect } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') return EXPECTATION;
  if (url.startsWith('/')) return undefined;
  return url === '*' && method === 'OPTIONS' ? OPTIONS : BAD;
}

/** RFC 9113 section 8.3.1. */
function namesOneHost({ ':authority': authority, host }: IncomingHttpHeaders): boolean {
  if (authority !== undefined && host !== undefined && authority !== host) return false;
  return AUTHORITY.test(authority ?? host ?? '');
}
