import type { OutgoingHttpHeaders } from 'node:http2';

/*
 * HTTP/2 has no header block as text; extensions see one, and answer with one. A head is `HTTP/1.1 200 OK` and
 * `Name: value` lines, each ended by CR LF.
 */

/** RFC 9113 section 8.2.2: these speak of a connection, which is no matter of one stream. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Joins the headers of a request to the block a control block carries. `:authority` becomes `host`, the pieces of
 * `cookie` one header. RFC 9113 sections 8.2.3 and 8.3.1.
 */
export function buildHttp2HeaderBlock(rawHeaders: readonly string[]): string {
  let host = '';
  let cookie: string | undefined;
  let block = '';
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const value = rawHeaders[i + 1] ?? '';
    if (name === ':authority' || name === 'host') {
      host = value;
    } else if (name === 'cookie') {
      cookie = cookie === undefined ? value : `${cookie}; ${value}`;
    } else if (!name.startsWith(':') && !CONNECTION_HEADERS.has(name)) {
      block += `${name}: ${value}\r\n`;
    }
  }
  if (cookie !== undefined) block += `cookie: ${cookie}\r\n`;
  return `host: ${host}\r\n${block}`;
}

/** The headers of an answer from its head. Repeated ones are joined, but for `set-cookie`. */
export function toHttp2Headers(statusCode: number, head: string): OutgoingHttpHeaders {
  const headers: Record<string, string | string[] | number> = { ':status': statusCode };
  const [, ...lines] = head.split('\r\n');
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (CONNECTION_HEADERS.has(name)) continue;
    const earlier = headers[name];
    if (name === 'set-cookie') {
      headers[name] = Array.isArray(earlier) ? [...earlier, value] : [value];
    } else {
      headers[name] = earlier === undefined ? value : `${String(earlier)}, ${value}`;
    }
  }
  return headers;
}
