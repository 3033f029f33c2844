import { parseHead, framingOf } from '../helpers/raw-http.ts';

/** Every status that a client may see for whatever it sends to a host whose extensions do not fail. */
const LISTED = new Set([
  200, 204, 206, 301, 304, 400, 403, 404, 405, 408, 412, 413, 414, 416, 417, 431, 501, 505,
]);

/** What no client may see: stacks, paths and names of the inside. */
const INSIDE = /\n\s+at |node:internal|node_modules|packages\/host|Error: |SECRET/;

/**
 * Reads everything that a connection brought, by the letter of RFC 9112. The last response may be cut off, but for a
 * host that closes without a reason.
 *
 * @returns what is wrong with it, if anything is
 */
export function judgeAnswer(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  if (INSIDE.test(text)) return 'shows the inside';
  try {
    let at = 0;
    while (at < text.length) {
      const end = text.indexOf('\r\n\r\n', at);
      if (end === -1) return 'ends inside a head';
      const { statusCode, headers } = parseHead(text.slice(at, end + 4));
      at = end + 4;
      if (statusCode === 100) continue;
      if (!LISTED.has(statusCode)) return `status ${statusCode}`;
      at = endOfBody(
        text,
        at,
        framingOf('GET', statusCode, headers),
        Number(headers['content-length']),
      );
      const isLast = headers['connection'] === 'close';
      if (isLast && at < text.length) return 'goes on behind its last response';
    }
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** Where the next response begins; the end of the text for a body that was cut off. */
function endOfBody(text: string, start: number, framing: string, length: number): number {
  if (framing === 'none') return start;
  if (framing === 'close') return text.length;
  if (framing === 'length') return Math.min(text.length, start + length);
  for (let at = start; ;) {
    const line = /^([0-9a-f]+)\r\n/i.exec(text.slice(at, at + 20));
    if (line === null) {
      const isCut = text.length - at <= 18 && /^[0-9a-f]*\r?$/i.test(text.slice(at));
      if (!isCut) throw new Error('no chunk size');
      return text.length;
    }
    const size = Number.parseInt(line[1] ?? '', 16);
    const end = at + line[0].length + size;
    if (end + 2 > text.length) return text.length;
    if (text.slice(end, end + 2) !== '\r\n') throw new Error('no end of a chunk');
    if (size === 0) return end + 2;
    at = end + 2;
  }
}
