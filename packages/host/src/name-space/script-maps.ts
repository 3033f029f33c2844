import type { ScriptMap } from '../config/host-config.ts';
import type { PathWalk } from './path-walk.ts';
import { EXECUTE_DENIED, NOT_FOUND, refuseMethod, refusePlace } from './refusals.ts';
import type { ExtensionEntry, ExtensionResolution, RefusedResolution } from './resolution.ts';

/** A script map and the extension it leads to. */
export interface ScriptMapEntry {
  readonly map: ScriptMap;
  readonly extension: ExtensionEntry;
}

/** The script of a path: its place, and the maps that may answer for it. */
interface Script {
  readonly count: number;
  readonly maps: readonly ScriptMapEntry[];
  readonly exists: boolean;
}

/** The extensions that answer for a file suffix. */
export class ScriptMaps {
  /** By suffix in lower case, the longest first; the maps of one suffix in the order of the configuration. */
  readonly #maps: readonly (readonly [suffix: string, maps: readonly ScriptMapEntry[]])[];

  constructor(entries: readonly ScriptMapEntry[]) {
    const maps = new Map<string, ScriptMapEntry[]>();
    for (const entry of entries) {
      const suffix = entry.map.suffix.toLowerCase();
      maps.set(suffix, [...(maps.get(suffix) ?? []), entry]);
    }
    this.#maps = [...maps].toSorted(([a], [b]) => b.length - a.length);
  }

  /** Whether a file of this name is a script, whatever its case. */
  isScriptName(name: string): boolean {
    return this.#mapsOf(name) !== undefined;
  }

  /** `undefined` if no script map answers. */
  async resolve(
    walk: PathWalk,
    method: string,
  ): Promise<ExtensionResolution | RefusedResolution | undefined> {
    const script = await this.#findScript(walk);
    if (script === undefined) return undefined;
    if (!walk.allows('script', 'execute')) return EXECUTE_DENIED;

    const maps = script.exists ? script.maps : script.maps.filter(({ map }) => !map.fileMustExist);
    if (maps.length === 0) return NOT_FOUND;
    const chosen = maps.find(({ map }) => map.verbs.length === 0 || map.verbs.includes(method));
    if (chosen === undefined) return refuseMethod(method, verbsOf(maps));

    const { count, exists } = script;
    const place = await (exists ? walk.locate(count) : walk.locateParent(count));
    return refusePlace(place) ?? resolutionOf(walk, count, chosen);
  }

  /** The first script from the left that exists, else the last that need not, else the last that should. */
  async #findScript(walk: PathWalk): Promise<Script | undefined> {
    let missing: Script | undefined;
    for (const [index, name] of walk.names.slice(0, walk.usable).entries()) {
      const maps = this.#mapsOf(name);
      if (maps === undefined) continue;

      const count = index + 1;
      const kind = await walk.kindOf(count);
      if (kind === 'file') return { count, maps, exists: true };
      const isOptional = maps.some(({ map }) => !map.fileMustExist);
      if (kind === 'missing' && (isOptional || missing === undefined)) {
        missing = { count, maps, exists: false };
      }
    }
    return missing;
  }

  #mapsOf(name: string): readonly ScriptMapEntry[] | undefined {
    const lower = name.toLowerCase();
    return this.#maps.find(([suffix]) => lower.endsWith(suffix))?.[1];
  }
}

function verbsOf(maps: readonly ScriptMapEntry[]): string[] {
  return [...new Set(maps.flatMap(({ map }) => map.verbs))];
}

/** ISAPI: PATH_INFO is the full path unless AllowPathInfoForScriptMappings; PATH_TRANSLATED is the script file. */
function resolutionOf(
  walk: PathWalk,
  count: number,
  { map, extension }: ScriptMapEntry,
): ExtensionResolution {
  const file = walk.fileTo(count);
  return {
    kind: 'extension',
    extension,
    scriptName: walk.urlTo(count),
    pathInfo: map.pathInfo === 'full' ? walk.path : walk.restAfter(count),
    pathTranslated: file,
    scriptTranslated: file,
    via: 'scriptMap',
    fullPath: walk.path,
  };
}
