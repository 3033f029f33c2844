import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { missingKind } from './file-errors.ts';

/** Where a physical path really lies. */
export type Place =
  | { readonly place: 'inside'; readonly realPath: string; readonly realRoot: string }
  /** A symbolic link leads out of the root. */
  | { readonly place: 'outside'; readonly realPath: string }
  /** The file system, which ignores case, has it under a name of other case. */
  | { readonly place: 'otherCase' }
  | { readonly place: 'missing' }
  | { readonly place: 'denied' };

/**
 * Resolves the symbolic links of a path and says whether it stays in its root.
 *
 * @param root - physical folder; it may itself be reached by links
 * @param below - path of the file from there
 */
export async function locate(root: string, below: string): Promise<Place> {
  try {
    const [realRoot, realPath] = await Promise.all([realpath(root), realpath(join(root, below))]);
    const literal = join(realRoot, below);
    if (realPath !== literal && realPath.toLowerCase() === literal.toLowerCase()) {
      return { place: 'otherCase' };
    }
    return isInside(realPath, realRoot)
      ? { place: 'inside', realPath, realRoot }
      : { place: 'outside', realPath };
  } catch (error) {
    return { place: missingKind(error) === 'denied' ? 'denied' : 'missing' };
  }
}

/** Whether a physical path is the folder or lies in it, by text. */
export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
