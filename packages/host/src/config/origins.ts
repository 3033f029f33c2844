import type { BuiltConfig, Sources } from './build-config.ts';
import type { Origin } from './read-texts.ts';

/** A value of a config that has no parts, or none to tell apart: a scalar, a list, an empty object. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Every leaf of a config, in its order. What is `undefined` is left out. */
export function leavesOf(value: unknown, path: readonly string[] = []): Leaf[] {
  if (value === undefined) return [];
  const hasParts = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = hasParts ? Object.entries(value) : [];
  if (entries.length === 0) return [{ path, value }];
  return entries.flatMap(([key, part]) => leavesOf(part, [...path, key]));
}

/** Origin of each leaf: the settings' own is known; another is the file's if the file has it. */
export function originsOfLeaves(
  { config, origins }: BuiltConfig,
  { user, userOrigin }: Sources,
): ReadonlyMap<string, Origin> {
  const ofUser = new Set(leavesOf(user).map(({ path }) => path.join('.')));
  return new Map(
    leavesOf(config).map(({ path }) => {
      const key = path.join('.');
      return [key, origins.get(key) ?? (ofUser.has(key) ? userOrigin : 'default')];
    }),
  );
}
