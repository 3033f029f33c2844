import type { Place } from './confinement.ts';
import { isModuleName } from './file-name.ts';
import type { ListedModules } from './listed-modules.ts';
import type { PathWalk } from './path-walk.ts';
import { EXECUTE_DENIED, NOT_LISTED, refusePlace } from './refusals.ts';
import type { ExtensionEntry, ExtensionResolution, RefusedResolution } from './resolution.ts';

/** Pool of the extensions that are not listed. */
const UNLISTED_POOL = 'default';

/** The extensions that answer by their file: `/scripts/hello.isapi.js` and everything below. */
export class DirectModules {
  readonly #listed: ListedModules;
  readonly #unlisted: 'allowed' | 'refused';
  /** By real path, so that there are no more than files. */
  readonly #entries = new Map<string, ExtensionEntry>();

  constructor(listed: ListedModules, unlisted: 'allowed' | 'refused') {
    this.#listed = listed;
    this.#unlisted = unlisted;
  }

  /** The first name from the left that is an existing module ends SCRIPT_NAME; `undefined` if none is. */
  async resolve(walk: PathWalk): Promise<ExtensionResolution | RefusedResolution | undefined> {
    for (const [index, name] of walk.names.entries()) {
      if (isModuleName(name) && (await walk.kindOf(index + 1)) === 'file') {
        return this.#resolveModule(walk, index + 1);
      }
    }
    return undefined;
  }

  async #resolveModule(
    walk: PathWalk,
    count: number,
  ): Promise<ExtensionResolution | RefusedResolution> {
    if (!walk.allows('execute')) return EXECUTE_DENIED;

    const found = await walk.locate(count);
    const extension = await this.#admit(found, walk.urlTo(count));
    if (extension === undefined) return refusePlace(found) ?? NOT_LISTED;

    return {
      kind: 'extension',
      extension,
      scriptName: walk.urlTo(count),
      pathInfo: walk.restAfter(count),
      pathTranslated: undefined,
      scriptTranslated: walk.fileTo(count),
      via: 'file',
      fullPath: walk.path,
    };
  }

  async #admit(found: Place, url: string): Promise<ExtensionEntry | undefined> {
    if (found.place !== 'inside' && found.place !== 'outside') return undefined;

    // A listed module may be linked to from anywhere: the list admits it, not the folder.
    const listed = await this.#listed.find(found.realPath);
    if (listed !== undefined) return listed;

    const isAllowed = this.#unlisted === 'allowed' && found.place === 'inside';
    return isAllowed ? this.#unlistedEntry(found.realPath, url) : undefined;
  }

  #unlistedEntry(module: string, name: string): ExtensionEntry {
    const known = this.#entries.get(module);
    if (known !== undefined) return known;

    const entry = Object.freeze({ name, module, pool: UNLISTED_POOL });
    this.#entries.set(module, entry);
    return entry;
  }
}
