import { stat } from 'node:fs/promises';

/**
 * What tells one state of a file from the next.
 *
 * @throws (rejects) the error of `stat`
 */
export async function stampOf(file: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(file);
  return `${mtimeMs} ${size} ${ino}`;
}

/** The first file that is not as its stamp says; `undefined`: all are. */
export async function findChanged(
  stamps: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  for (const [file, stamp] of stamps) {
    const now = await stampOf(file).catch(() => undefined);
    if (now !== stamp) return file;
  }
  return undefined;
}
