import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FastifyPluginAsync } from 'fastify';
import { type ConsoleFile, consoleFiles } from './console-files.ts';

/**
 * The page and its parts come from here and from nowhere else, it shows in no frame, and it sends no form. Nothing in
 * it is inline, so a URL or an error text that is shown cannot become a script.
 */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  // Kept, but asked about each time: a new release has other files under the same URLs.
  'cache-control': 'no-cache',
} as const;

/** The console page. It is open to all who reach the port; what it shows it asks the API for, with a token if need be. */
export const consoleRoutes: FastifyPluginAsync = async (app) => {
  for (const [url, file] of consoleFiles) {
    let loading: Promise<LoadedFile> | undefined;
    app.get(url, { config: { guard: 'open' }, schema: { hide: true } }, async (request, reply) => {
      loading ??= load(file);
      const { bytes, tag } = await loading;
      void reply.headers(HEADERS).header('etag', tag);
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      return reply.type(file.type).send(bytes);
    });
  }
};

interface LoadedFile {
  readonly bytes: Buffer;
  /** ETag of the bytes. */
  readonly tag: string;
}

async function load({ place }: ConsoleFile): Promise<LoadedFile> {
  const bytes = await readFile(place);
  const hash = createHash('sha256').update(bytes).digest('base64url');
  return { bytes, tag: `"${hash}"` };
}
