import { basename, join, relative } from 'node:path';
import type { PathWalk } from './path-walk.ts';
import {
  HIDDEN_NAME,
  NO_PERMISSION,
  NOT_FOUND,
  READ_DENIED,
  refuseMethod,
  refusePlace,
  SOURCE_FILE,
} from './refusals.ts';
import type { FileResolution, RefusedResolution } from './resolution.ts';
import type { SourceFiles } from './source-files.ts';

/** The methods of what is only read. */
export const READING: readonly string[] = ['GET', 'HEAD'];

/** The static file at the end of a path whose names are plain and which is no folder. */
export async function resolveStaticFile(
  walk: PathWalk,
  method: string,
  sources: SourceFiles,
): Promise<FileResolution | RefusedResolution> {
  if (!walk.allows('read')) return READ_DENIED;

  const count = walk.names.length;
  const kind = await walk.kindOf(count);
  if (kind === 'denied') return NO_PERMISSION;
  if (kind !== 'file' || walk.endsWithSlash) return NOT_FOUND;

  const found = await walk.locate(count);
  if (found.place !== 'inside') return refusePlace(found) ?? NOT_FOUND;
  if (basename(found.realPath).startsWith('.')) return HIDDEN_NAME;
  if (await sources.isSource(walk.path, found.realPath)) return SOURCE_FILE;

  const below = relative(walk.directory.path, walk.fileTo(count));
  const path = join(found.realRoot, below);
  return (
    refuseMethod(method, READING) ?? {
      kind: 'file',
      path,
      root: found.realRoot,
      urlPath: walk.path,
    }
  );
}
