import { suggestion } from './nearest.ts';
import { keyText } from './problem-text.ts';
import type { UserConfig, UserScriptMap } from './user-config.ts';

/** Something that may be said once only, and where it is said. */
interface Claim<Item> {
  readonly path: readonly PropertyKey[];
  readonly item: Item;
}

/** The problems between parts of a config whose form is right: names that clash, or name nothing. */
export function checkNames(user: UserConfig, where: string): string[] {
  const extensions = Object.entries(user.extensions ?? {});
  const urlPaths = extensions.flatMap(([name, { paths = [] }]) =>
    paths.map((item, index) => ({ path: ['extensions', name, 'paths', index], item })),
  );
  const scriptMaps = extensions.flatMap(([name, extension]) =>
    (extension.scriptMaps ?? []).map((item, index) => ({
      path: ['extensions', name, 'scriptMaps', index],
      item,
    })),
  );
  const prefixes = Object.keys(user.site?.virtualDirectories ?? {}).map((item) => ({
    path: ['site', 'virtualDirectories', item],
    item,
  }));
  return [
    ...unknownPools(user),
    ...clashes(urlPaths, isSameText, (path) => `answers "${path}"`),
    ...clashes(scriptMaps, overlaps, ({ suffix }) => `answers "${suffix}" and these methods`),
    ...clashes(prefixes, isSameText, (prefix) => `answers below "${prefix}"`),
  ].map((problem) => `${where}: ${problem}`);
}

/** The pools of a config: those it names, and `default`, which always exists. */
export function poolNames(user: UserConfig): string[] {
  return [...new Set(['default', ...Object.keys(user.pools ?? {})])];
}

function unknownPools(user: UserConfig): string[] {
  const pools = poolNames(user);
  return Object.entries(user.extensions ?? {}).flatMap(([name, { pool = 'default' }]) => {
    if (pools.includes(pool)) return [];
    const hint = suggestion(pool, pools);
    return [
      `extensions.${name}.pool is "${pool}", not a pool${hint} (allowed: ${pools.join(', ')})`,
    ];
  });
}

/** One problem for each item that an earlier one has taken. */
function clashes<Item>(
  claims: readonly Claim<Item>[],
  isSame: (one: Item, other: Item) => boolean,
  claimText: (item: Item) => string,
): string[] {
  return claims.flatMap(({ path, item }, index) => {
    const first = claims.slice(0, index).find((earlier) => isSame(earlier.item, item));
    if (first === undefined) return [];
    return [`${keyText(path)} ${claimText(item)}, as ${keyText(first.path)} does; allowed once`];
  });
}

function isSameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether two script maps would both take a request. No verbs are all verbs. */
function overlaps(one: UserScriptMap, other: UserScriptMap): boolean {
  if (!isSameText(one.suffix, other.suffix)) return false;
  const { verbs = [] } = one;
  const { verbs: otherVerbs = [] } = other;
  if (verbs.length === 0 || otherVerbs.length === 0) return true;
  return verbs.some((verb) => otherVerbs.some((otherVerb) => isSameText(verb, otherVerb)));
}
