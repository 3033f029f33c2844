import type { Stats } from 'node:fs';
import { lstat, readlink, realpath } from 'node:fs/promises';
import { isInside } from './confinement.ts';

/** A file that is open, and the path it was opened by. */
export interface OpenedFile {
  readonly fd: number;
  readonly path: string;
  readonly stats: Stats;
}

/** Whether a file that is already open lies in a folder, whatever its path has come to mean since. */
export async function isOpenedInside(file: OpenedFile, root: string): Promise<boolean> {
  const path = await realPathOf(file);
  if (path === undefined) return false;
  return isInside(path, root) || isInside(path, await realpath(root));
}

/** The kernel's own answer where there is one (Linux), else the real path as long as the same file is there. */
async function realPathOf({ fd, path, stats }: OpenedFile): Promise<string | undefined> {
  try {
    return await readlink(`/proc/self/fd/${fd}`);
  } catch {
    const real = await realpath(path);
    const there = await lstat(real);
    return there.ino === stats.ino && there.dev === stats.dev ? real : undefined;
  }
}
