import { IsapiError } from '@isapi-host/sdk';
import { mapUrlToPath, normalizeUrl, type UrlMapping } from '../protocol/index.ts';
import type { Session } from '../session.ts';
import { requireText } from './handler.ts';

/** ISAPI: HSE_REQ_MAP_URL_TO_PATH. */
export function mapToPath(session: Session, url: string): string {
  return mapped(session, url).path;
}

/** ISAPI: HSE_REQ_MAP_URL_TO_PATH_EX. */
export function mapToPathEx(session: Session, url: string): unknown {
  const { path, matchingPath, matchingUrl, access } = mapped(session, url);
  const flags = access.reduce((sum, right) => sum | ACCESS_FLAGS[right], 0);
  return { path, flags, matchingPath, matchingUrl };
}

/** ISAPI: HSE_REQ_NORMALIZE_URL. */
export function normalize(_session: Session, url: string): string {
  return normalizeUrl(requireText(url));
}

/** ISAPI: `MD_ACCESS_*`. */
const ACCESS_FLAGS = { read: 1, execute: 4, script: 0x200 } as const;

function mapped(session: Session, url: string): UrlMapping {
  const target = mapUrlToPath(session.thread.settings.site, requireText(url));
  if (target !== undefined) return target;
  throw new IsapiError(
    'ERROR_INVALID_PARAMETER',
    `expected a URL path below /, got ${JSON.stringify(url)}`,
  );
}
