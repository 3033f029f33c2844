import { sep } from 'node:path';
import type { SiteDirectory, SiteTable } from '@isapi-host/worker-runtime/protocol';
import type { SiteConfig } from '../config/host-config.ts';
import { trimSlash } from './url-path.ts';

/** `INSTANCE_ID`: there is one site. */
const SITE_ID = 1;

/** Builds the table by which host and threads map URLs to physical paths. A folder at `/` replaces the root. */
export function buildSiteTable(site: SiteConfig): SiteTable {
  const directories: SiteDirectory[] = Object.entries(site.virtualDirectories)
    .map(([url, { path, access }]) => ({ url: trimSlash(url), path: trimSeparator(path), access }))
    .toSorted((a, b) => b.url.length - a.url.length);

  return {
    name: site.name,
    id: SITE_ID,
    root: directories.find(({ url }) => url === '')?.path ?? trimSeparator(site.root),
    virtualDirectories: directories,
  };
}

function trimSeparator(path: string): string {
  const isTrimmed = !path.endsWith(sep) || path === sep || path.endsWith(`:${sep}`);
  return isTrimmed ? path : trimSeparator(path.slice(0, -1));
}
