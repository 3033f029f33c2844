import { sep } from 'node:path';

/** What a folder of the site allows. ISAPI: the `MD_ACCESS_*` bits READ, SCRIPT and EXECUTE. */
export type SiteAccess = 'read' | 'script' | 'execute';

/** A folder that answers below a URL of its own. */
export interface SiteDirectory {
  /** Decoded URL path without a slash at its end; `''` is the site's root. */
  readonly url: string;
  /** Physical folder, absolute, without a separator at its end (but for the root of a drive). */
  readonly path: string;
  readonly access: readonly SiteAccess[];
}

/** What host and threads need to turn URLs of the site into physical paths. Plain data: it can be cloned. */
export interface SiteTable {
  /** `INSTANCE_NAME`. */
  readonly name: string;
  /** `INSTANCE_ID`. */
  readonly id: number;
  /** Physical folder of `/`. */
  readonly root: string;
  /** Longest URL first. */
  readonly virtualDirectories: readonly SiteDirectory[];
}

/** Where a URL path lies on disk, whether or not anything is there. ISAPI: `HSE_URL_MAPEX_INFO`. */
export interface UrlMapping {
  /** Physical path; ends with a separator if the URL ended with a slash. */
  readonly path: string;
  /** Characters of `path` that are the matched folder. ISAPI: `cchMatchingPath`. */
  readonly matchingPath: number;
  /** Characters of the URL, dot segments removed, that are the matched folder's own URL. ISAPI: `cchMatchingURL`. */
  readonly matchingUrl: number;
  readonly access: readonly SiteAccess[];
}

const ROOT_ACCESS: readonly SiteAccess[] = ['read', 'script'];
const SLASH = 47;

/**
 * Maps a decoded URL to its physical path. What follows a `?` is no part of it.
 *
 * ISAPI: `HSE_REQ_MAP_URL_TO_PATH` and `_EX`.
 *
 * @returns `undefined` when the URL does not start with `/`, has a NUL, or climbs above the root
 */
export function mapUrlToPath(table: SiteTable, decodedUrl: string): UrlMapping | undefined {
  const query = decodedUrl.indexOf('?');
  return mapPath(table, query === -1 ? decodedUrl : decodedUrl.slice(0, query));
}

/** Same as `mapUrlToPath` for what is known to be a path: a `?` in it is a character like any other. */
export function mapPath(table: SiteTable, decodedPath: string): UrlMapping | undefined {
  if (decodedPath.charCodeAt(0) !== SLASH || decodedPath.includes('\0')) return undefined;

  const path = flatten(decodedPath);
  if (path === undefined) return undefined;

  const directory = findDirectory(table, path);
  const below = path.slice(directory.url.length);
  const rest = directory.path.endsWith(sep) ? below.slice(1) : below;
  return {
    path: directory.path + (sep === '/' ? rest : rest.replaceAll('/', sep)),
    matchingPath: directory.path.length,
    matchingUrl: directory.url.length,
    access: directory.access,
  };
}

/**
 * Maps PATH_INFO as if it were a URL; an empty one gives the site's root.
 *
 * ISAPI: `PATH_TRANSLATED` of everything but script maps, where the host names the script file.
 */
export function translatePathInfo(table: SiteTable, pathInfo: string): string {
  return pathInfo === '' ? table.root : (mapPath(table, pathInfo)?.path ?? '');
}

/** The folder that answers a decoded path. Matches whole segments, with case. */
export function findDirectory(table: SiteTable, path: string): SiteDirectory {
  for (const directory of table.virtualDirectories) {
    const { url } = directory;
    if (!path.startsWith(url)) continue;
    if (path.length === url.length || path.charCodeAt(url.length) === SLASH) return directory;
  }
  return { url: '', path: table.root, access: ROOT_ACCESS };
}

/**
 * Decodes the path of a request target, once. This is the only rule by which the host decodes one.
 *
 * Escapes are UTF-8, and so are bytes above 0x7F that were sent as they are (Node gives one character a byte).
 * An encoded slash is refused because it would be a separator to some readers and a character to others.
 *
 * @returns `undefined` (400) for a malformed escape, text that is not well-formed UTF-8, control characters, `#`,
 *   a backslash, and an encoded slash or backslash
 */
export function decodePath(rawPath: string): string | undefined {
  if (!/[^!-~]|[#%\\]/.test(rawPath)) return rawPath;
  if (/[#\\]|%2f|%5c/i.test(rawPath)) return undefined;

  const escaped = rawPath.replaceAll(
    /[\u0080-\u00FF]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16)}`,
  );
  try {
    const path = decodeURIComponent(escaped);
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    return /[\u0000-\u001F\u007F]|\p{Cs}/u.test(path) ? undefined : path;
  } catch {
    return undefined;
  }
}

/**
 * Brings the path of a URL into its plain form: escapes decoded once, `\` turned into `/`, empty and dot segments
 * removed (`..` stops at the root), control characters removed. Scheme, host and query stay as they are, and so
 * does `%3F`, which would move the border between path and query. The result is never longer.
 *
 * ISAPI: `HSE_REQ_NORMALIZE_URL`.
 */
export function normalizeUrl(url: string): string {
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/\\?]*/i.exec(url)?.[0] ?? '';
  const query = url.indexOf('?', origin.length);
  const end = query === -1 ? url.length : query;

  const path = url
    .slice(origin.length, end)
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, decodeEscapes)
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    .replaceAll(/[\u0000-\u001F\u007F]/g, '');
  return origin + removeDotSegments(path).path + url.slice(end);
}

/** Decodes a run of escapes; where it is not UTF-8, its ASCII alone, so that no `%2e` is left to decode later. */
function decodeEscapes(run: string): string {
  const kept = run.replaceAll(/%3f/gi, '%253F');
  try {
    return decodeURIComponent(kept);
  } catch {
    return kept.replaceAll(/%[0-7][0-9a-f]/gi, decodeURIComponent);
  }
}

/** The path without empty and dot segments, or `undefined` if it climbs above the root. */
function flatten(path: string): string | undefined {
  if (!/\/[./]|\\/.test(path)) return path;
  const flat = removeDotSegments(path);
  return flat.isAboveRoot ? undefined : flat.path;
}

/** RFC 3986 section 5.2.4, with empty segments removed and `\` read as `/`. */
function removeDotSegments(path: string): { path: string; isAboveRoot: boolean } {
  const parts = path.split(/[/\\]/);
  const kept: string[] = [];
  let isAboveRoot = false;
  for (const part of parts) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.pop() === undefined) isAboveRoot = true;
  }

  const start = parts.length > 1 && parts[0] === '' ? '/' : '';
  const isFolder = parts.length > 1 && ['', '.', '..'].includes(parts.at(-1) ?? '');
  const end = isFolder && kept.length > 0 ? '/' : '';
  return { path: start + kept.join('/') + end, isAboveRoot };
}
