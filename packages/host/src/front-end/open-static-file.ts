import { once } from 'node:events';
import { fstat, ReadStream, type Stats } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { isOpenedInside } from '../name-space/opened-file.ts';

/** A file to send: what the name space found. */
export interface FileTarget {
  /** Physical path, below `root` by its text. */
  readonly path: string;
  /** The folder that the file may not be outside of. */
  readonly root: string;
}

/** What of a request counts for a file. */
export interface FileRequest {
  readonly method?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A file as it answers a request. */
export type OpenedStatic =
  /** HEAD and 304: nothing is opened; `stream` is empty. */
  | { readonly kind: 'head'; readonly head: StaticHead; readonly stream: Readable }
  | { readonly kind: 'body'; readonly head: StaticHead; readonly stream: ReadStream }
  | {
      readonly kind: 'refused';
      readonly statusCode: number;
      readonly headers: Readonly<Record<string, string>>;
    };

export interface StaticHead {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** How often a file may be replaced while it is being opened before the client gets 503. */
const MAX_ATTEMPTS = 3;

/**
 * Opens a file for a request, with ranges, conditional requests and a type.
 *
 * The file is opened first and looked at afterwards, so that one which is switched after the name space found it
 * cannot lead outside.
 */
export async function openStaticFile(
  request: FileRequest,
  target: FileTarget,
): Promise<OpenedStatic> {
  const { send } = await import('@fastify/send'); // only when a file is asked for
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    // Method and headers are all that is read of it.
    const result = await send(request as IncomingMessage, urlPathOf(target), {
      root: target.root,
      dotfiles: 'deny',
      index: false,
    });
    if (result.type !== 'file') return refusal(result);
    const { stream } = result;
    if (!(stream instanceof ReadStream)) return { kind: 'head', head: headOf(result), stream };

    const opened = await openForSending(stream, result.metadata.stat, target);
    if (opened === 'ready') return { kind: 'body', head: headOf(result), stream };
    stream.destroy();
    if (opened !== 'replaced') return { kind: 'refused', statusCode: opened, headers: {} };
  }
  return { kind: 'refused', statusCode: 503, headers: {} };
}

/** The path as @fastify/send wants it: encoded, from the root. */
function urlPathOf({ root, path }: FileTarget): string {
  return relative(root, path).split(sep).map(encodeURIComponent).join('/');
}

interface SendResult extends StaticHead {
  readonly type: string;
  readonly stream: Readable;
}

/** 4xx; a folder is not found, because the name space sends no folders here. */
function refusal({ type, statusCode, headers, stream }: SendResult): OpenedStatic {
  stream.destroy();
  const range = headers['Content-Range'];
  return {
    kind: 'refused',
    statusCode: type === 'error' ? statusCode : 404,
    headers: range === undefined ? {} : { 'Content-Range': range },
  };
}

/** A type unknown to @fastify/send is not left for browsers to guess. */
function headOf({ statusCode, headers }: StaticHead): StaticHead {
  if (statusCode === 304 || headers['Content-Type'] !== undefined) return { statusCode, headers };
  return { statusCode, headers: { ...headers, 'Content-Type': 'application/octet-stream' } };
}

/** Waits until the file is open and judges what it is. A status: the client's answer instead of the file. */
async function openForSending(
  stream: ReadStream,
  expected: Stats,
  target: FileTarget,
): Promise<'ready' | 'replaced' | number> {
  try {
    const [fd] = (await once(stream, 'open')) as [number];
    const stats = await promisify(fstat)(fd);
    if (!(await isOpenedInside({ fd, path: target.path, stats }, target.root))) return 403;

    // One that has grown is fine: the headers promise its first bytes.
    const isSame = stats.ino === expected.ino && stats.dev === expected.dev;
    return isSame && stats.size >= expected.size ? 'ready' : 'replaced';
  } catch (error) {
    return statusOf(error);
  }
}

/** What the client learns of a file that cannot be opened. */
function statusOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ELOOP':
      return 404;
    case 'EACCES':
    case 'EPERM':
      return 403;
    case 'EMFILE':
    case 'ENFILE':
      return 503;
    default:
      return 500;
  }
}
