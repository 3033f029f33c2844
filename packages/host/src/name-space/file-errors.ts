/** Why there is no file: nothing is there, a file stands where a folder is needed, or it may not be looked at. */
export type MissingKind = 'missing' | 'belowFile' | 'denied';

/**
 * Reads a failure of the file system that a path can provoke.
 *
 * @throws the error itself when it is about the machine and not about the path
 */
export function missingKind(error: unknown): MissingKind {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENAMETOOLONG':
    case 'ELOOP':
    case 'EINVAL':
      return 'missing';
    case 'ENOTDIR':
      return 'belowFile';
    case 'EACCES':
    case 'EPERM':
      return 'denied';
    default:
      throw error;
  }
}
