import type { Place } from './confinement.ts';
import type { NameKind } from './file-name.ts';
import type { RefusedResolution } from './resolution.ts';

/*
 * Every way to be refused. Sub-statuses are those of IIS where it has one:
 * 403.1 execute, 403.2 read, 403.14 directory list; 404.2 restriction list, 404.5 URL sequence,
 * 404.7 file extension, 404.8 hidden segment.
 */

export const BAD_PATH: RefusedResolution = refusal(400, 0, 'malformed path');

export const EXECUTE_DENIED: RefusedResolution = refusal(403, 1, 'folder does not allow execution');
export const READ_DENIED: RefusedResolution = refusal(403, 2, 'folder does not allow reading');
export const LIST_DENIED: RefusedResolution = refusal(403, 14, 'folder has no default document');
const OUTSIDE_ROOT: RefusedResolution = refusal(403, 0, 'symbolic link leaves its folder');
export const NO_PERMISSION: RefusedResolution = refusal(403, 0, 'file system denies permission');

export const NOT_FOUND: RefusedResolution = refusal(404, 0, 'no such file');
export const NOT_LISTED: RefusedResolution = refusal(404, 2, 'extension is not listed');
const UNUSABLE_NAME: RefusedResolution = refusal(404, 5, 'segment cannot be a file name');
export const SOURCE_FILE: RefusedResolution = refusal(404, 7, 'file is the source of an extension');
export const HIDDEN_NAME: RefusedResolution = refusal(404, 8, 'segment starts with a dot');

/** Refuses a method that is not among these; none given: every method will do. */
export function refuseMethod(
  method: string,
  allowed: readonly string[],
): RefusedResolution | undefined {
  if (allowed.length === 0 || allowed.includes(method)) return undefined;
  return { ...refusal(405, 0, 'method is not allowed'), allow: allowed.join(', ') };
}

/** Refuses a name that a file cannot have or that stays hidden. */
export function refuseName(name: NameKind): RefusedResolution | undefined {
  switch (name) {
    case 'plain':
      return undefined;
    case 'hidden':
      return HIDDEN_NAME;
    case 'unusable':
      return UNUSABLE_NAME;
    default:
      return name satisfies never;
  }
}

/** Refuses a file that is not in its folder. */
export function refusePlace({ place }: Place): RefusedResolution | undefined {
  switch (place) {
    case 'inside':
      return undefined;
    case 'outside':
      return OUTSIDE_ROOT;
    case 'denied':
      return NO_PERMISSION;
    case 'missing':
    case 'otherCase':
      return NOT_FOUND;
    default:
      return place satisfies never;
  }
}

function refusal(
  statusCode: RefusedResolution['statusCode'],
  subStatus: number,
  reason: string,
): RefusedResolution {
  return Object.freeze({ kind: 'refused', statusCode, subStatus, reason });
}
