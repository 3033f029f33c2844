import { readFileSync } from 'node:fs';

const manifest = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly version: string };

/** The version of this package. */
export const VERSION: string = manifest.version;

/** `SERVER_SOFTWARE` and the header `Server`. Not Microsoft's name: some modules of the time look at it. */
export const SERVER_SOFTWARE: string = `isapi-host/${VERSION.replace(/\.[^.]*$/, '')}`;
