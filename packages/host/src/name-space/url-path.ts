import { decodePath } from '@isapi-host/worker-runtime/protocol';

const SLASH = 47;

/** The part of a request target before its query. */
export function cutQuery(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}

/** The query of a request target with its `?`, or nothing. */
export function queryOf(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? '' : target.slice(query);
}

/**
 * The decoded path of a request target without its query.
 *
 * Dot segments are refused, not resolved: clients resolve them before they send, and a path that two readers
 * resolve differently would pass by a wildcard map.
 *
 * @returns `undefined` when no path can be read from it: 400
 */
export function readPath(rawPath: string): string | undefined {
  const path = decodePath(rawPath.charCodeAt(0) === SLASH ? rawPath : originForm(rawPath));
  if (path === undefined || path.charCodeAt(0) !== SLASH) return undefined;
  return /\/\.\.?(?:\/|$)/.test(path) ? undefined : path;
}

/** The path of an absolute-form target. RFC 9112 section 3.2.2: a server must accept that form. */
function originForm(rawPath: string): string {
  const origin = /^https?:\/\/[^/]+/i.exec(rawPath)?.[0];
  if (origin === undefined) return '';
  return rawPath.length === origin.length ? '/' : rawPath.slice(origin.length);
}

/** Encodes a decoded path for a header. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Encodes what a header cannot hold; everything else stays as it was sent. */
export function encodeRest(text: string): string {
  return text.replaceAll(/[^!-~]/gu, (character) => {
    const bytes = Buffer.from(character, character > '\u00FF' ? 'utf8' : 'latin1');
    return bytes.toString('hex').replaceAll(/../g, '%$&');
  });
}

/** Whether a path starts with whole segments; `''` starts every path. */
export function isBelow(path: string, prefix: string): boolean {
  if (!path.startsWith(prefix)) return false;
  return path.length === prefix.length || path.charCodeAt(prefix.length) === SLASH;
}

/** A configured URL path without a slash at its end, so that `/` is `''`. */
export function trimSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
