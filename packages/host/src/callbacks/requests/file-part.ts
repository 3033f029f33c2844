import { close, constants, fstat, open, read, type Stats } from 'node:fs';
import { promisify } from 'node:util';
import { IsapiError, type IsapiErrorCode } from '@isapi-host/sdk';

/** Bytes that are read at once. */
const READ_BYTES = 256 * 1024;

/** Part of an open file. */
export interface FilePart {
  readonly fd: number;
  /** Opened here, so closed here. */
  readonly isOwn: boolean;
  readonly length: number;
  /** Reads on, from so many bytes behind the part's beginning. @returns no bytes at the end of the file */
  read(from: number): Promise<Uint8Array>;
}

const openAsync = promisify(open);
const fstatAsync = promisify(fstat);
const closeAsync = promisify(close);

/**
 * Opens a file, or takes one that an extension has open, and looks whether the part is in it.
 *
 * @throws IsapiError `WSAEINVAL` - the part begins behind the end of the file; `ERROR_HANDLE_EOF` - it ends there;
 *   `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`, `ERROR_INVALID_HANDLE` - there is no such file to read
 */
export async function openPart(piece: {
  readonly file: string | number;
  readonly offset: number;
  readonly size: number;
}): Promise<FilePart> {
  const { file, offset, size } = piece;
  const isOwn = typeof file === 'string';
  const fd = isOwn ? await openFile(file) : file;
  try {
    const stats = await statOf(fd);
    const length = lengthOf(stats.size, offset, size);
    return { fd, isOwn, length, read: (from) => readAt(fd, offset + from, length - from) };
  } catch (error) {
    if (isOwn) await closeAsync(fd);
    throw error;
  }
}

/** Closes what was opened here; a file of the extension's stays open. */
export async function closeFile({ fd, isOwn }: FilePart): Promise<void> {
  if (isOwn) await closeAsync(fd);
}

function lengthOf(fileBytes: number, offset: number, size: number): number {
  if (offset > fileBytes) {
    throw new IsapiError('WSAEINVAL', 'the offset lies behind the end of the file');
  }
  if (size === 0) return fileBytes - offset;
  if (offset + size <= fileBytes) return size;
  throw new IsapiError('ERROR_HANDLE_EOF', 'the part ends behind the end of the file');
}

/** A pipe would block a thread of libuv's until somebody writes into it. */
async function openFile(path: string): Promise<number> {
  try {
    return await openAsync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw new IsapiError(codeOf(error), 'the file cannot be opened');
  }
}

async function statOf(fd: number): Promise<Stats> {
  const stats = await fstatAsync(fd).catch(() => undefined);
  if (stats?.isFile() === true) return stats;
  throw new IsapiError('ERROR_INVALID_HANDLE', 'not an open file');
}

function readAt(fd: number, position: number, most: number): Promise<Uint8Array> {
  // The socket keeps the buffer until it is sent, so each read has its own.
  const buffer = Buffer.allocUnsafeSlow(Math.min(most, READ_BYTES));
  return new Promise((resolve, reject) => {
    read(fd, buffer, 0, buffer.length, position, (error, bytes) => {
      if (error === null) resolve(bytes === buffer.length ? buffer : buffer.subarray(0, bytes));
      else reject(new IsapiError('ERROR_READ_FAULT', 'the file cannot be read'));
    });
  });
}

function codeOf(error: unknown): IsapiErrorCode {
  switch (String((error as { readonly code?: string }).code)) {
    case 'ENOENT':
      return 'ERROR_FILE_NOT_FOUND';
    case 'ENOTDIR':
      return 'ERROR_PATH_NOT_FOUND';
    case 'EACCES':
    case 'EPERM':
      return 'ERROR_ACCESS_DENIED';
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
      return 'ERROR_NOT_ENOUGH_MEMORY';
    default:
      return 'ERROR_INVALID_HANDLE';
  }
}
