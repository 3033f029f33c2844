import { decodePath, type SiteTable } from '@isapi-host/worker-runtime/protocol';
import type { HostConfig } from '../config/host-config.ts';
import { buildSiteTable } from './build-site-table.ts';
import { DirectModules } from './direct-modules.ts';
import { ListedModules } from './listed-modules.ts';
import { PathMap } from './path-map.ts';
import { PathWalk } from './path-walk.ts';
import {
  BAD_PATH,
  LIST_DENIED,
  READ_DENIED,
  refuseMethod,
  refuseName,
  refusePlace,
} from './refusals.ts';
import type {
  ExtensionEntry,
  ExtensionResolution,
  RedirectResolution,
  RefusedResolution,
  Resolution,
} from './resolution.ts';
import { ScriptMaps } from './script-maps.ts';
import { SourceFiles } from './source-files.ts';
import { READING, resolveStaticFile } from './static-target.ts';
import { cutQuery, encodePath, encodeRest, queryOf, readPath } from './url-path.ts';
import { WildcardMaps } from './wildcard-maps.ts';

/** How to resolve a URL another time. */
export interface ResolveOptions {
  /** Skip the wildcard maps up to this order. ISAPI: `HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR`. */
  readonly afterWildcard?: number;
}

/** A request on its way through the files of the site. */
interface FileRequest {
  readonly target: string;
  readonly method: string;
}

/**
 * Says what answers a URL. In this order: wildcard maps, path maps, a module by its file, script maps, a static
 * file. The first two look at no file and answer at once; the others ask the file system and answer later.
 */
export class NameSpace {
  readonly table: SiteTable;
  /** The listed extensions, by name. */
  readonly extensions: ReadonlyMap<string, ExtensionEntry>;
  /** Answers prepared for the URLs of path maps, by target as it is sent. */
  readonly #prepared = new Map<string, ExtensionResolution>();
  readonly #wildcards: WildcardMaps;
  readonly #paths: PathMap;
  readonly #modules: DirectModules;
  readonly #scripts: ScriptMaps;
  readonly #sources: SourceFiles;
  readonly #defaultDocuments: readonly string[];

  constructor(config: Pick<HostConfig, 'site' | 'extensions' | 'unlistedExtensions'>) {
    const listed = Object.entries(config.extensions).map(([name, settings]) => ({
      extension: Object.freeze({ name, module: settings.module, pool: settings.pool }),
      settings,
    }));
    const listedModules = new ListedModules(listed.map(({ extension }) => extension));

    this.table = buildSiteTable(config.site);
    this.extensions = new Map(listed.map(({ extension }) => [extension.name, extension]));
    this.#defaultDocuments = config.site.defaultDocuments;
    this.#wildcards = new WildcardMaps(
      this.table,
      listed.flatMap(({ settings: { wildcard }, extension }) =>
        wildcard === undefined ? [] : [{ ...wildcard, extension }],
      ),
    );
    this.#paths = new PathMap(
      listed.flatMap(({ settings, extension }) =>
        settings.paths.map((path) => [path, extension] as const),
      ),
    );
    this.#scripts = new ScriptMaps(
      listed.flatMap(({ settings, extension }) =>
        settings.scriptMaps.map((map) => ({ map, extension })),
      ),
    );
    this.#modules = new DirectModules(
      listedModules,
      config.unlistedExtensions ? 'allowed' : 'refused',
    );
    this.#sources = new SourceFiles(this.#scripts, listedModules);
    this.#prepare();
  }

  /**
   * @param target - request target as it was sent, query included
   * @throws (rejects) only for a failure of the machine, as too many open files
   */
  resolve(
    target: string,
    method: string,
    options?: ResolveOptions,
  ): Resolution | Promise<Resolution> {
    const rawPath = cutQuery(target);
    const after = options?.afterWildcard;
    if (after === undefined) {
      const prepared = this.#prepared.get(rawPath);
      if (prepared !== undefined) return prepared;
    }

    const path = readPath(rawPath);
    if (path === undefined) return BAD_PATH;
    return this.#resolveMaps(path, after) ?? this.#resolveFiles(path, { target, method });
  }

  /** The order of an extension's wildcard map, for `afterWildcard`. */
  wildcardOrder(extension: ExtensionEntry): number | undefined {
    return this.#wildcards.orderOf(extension);
  }

  #resolveMaps(path: string, after: number = -Infinity): ExtensionResolution | undefined {
    return this.#wildcards.resolve(path, after) ?? this.#paths.resolve(path);
  }

  /** Only for URLs that are sent as they are configured: any other spelling is decoded first. */
  #prepare(): void {
    for (const url of this.#paths.urls) {
      const isSentAsIs = !/[%?]/.test(url) && decodePath(url) === url && readPath(url) === url;
      const resolution = isSentAsIs ? this.#resolveMaps(url) : undefined;
      if (resolution !== undefined) this.#prepared.set(url, Object.freeze(resolution));
    }
  }

  async #resolveFiles(path: string, request: FileRequest): Promise<Resolution> {
    const walk = new PathWalk(this.table, path);
    const extension =
      (await this.#modules.resolve(walk)) ?? (await this.#scripts.resolve(walk, request.method));
    if (extension !== undefined) return extension;

    const badName = refuseName(walk.flaw);
    if (badName !== undefined) return badName;

    const isFolder = (await walk.kindOf(walk.names.length)) === 'folder';
    return isFolder
      ? this.#resolveFolder(walk, request)
      : resolveStaticFile(walk, request.method, this.#sources);
  }

  async #resolveFolder(walk: PathWalk, request: FileRequest): Promise<Resolution> {
    if (!walk.allows('read', 'script', 'execute')) return READ_DENIED;
    const badPlace = refusePlace(await walk.locate(walk.names.length));
    if (badPlace !== undefined) return badPlace;
    if (!walk.endsWithSlash) return redirectToFolder(walk, request);

    for (const name of this.#defaultDocuments) {
      const document = new PathWalk(this.table, walk.path + name);
      if ((await document.kindOf(document.names.length)) === 'file') {
        return this.#resolveFiles(document.path, request);
      }
    }
    return LIST_DENIED;
  }
}

function redirectToFolder(
  walk: PathWalk,
  { target, method }: FileRequest,
): RedirectResolution | RefusedResolution {
  const location = `${encodePath(walk.path)}/${encodeRest(queryOf(target))}`;
  return refuseMethod(method, READING) ?? { kind: 'redirect', location };
}
