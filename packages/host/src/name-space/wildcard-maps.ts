import { mapPath, type SiteTable } from '@isapi-host/worker-runtime/protocol';
import type { ExtensionEntry, ExtensionResolution } from './resolution.ts';
import { isBelow, trimSlash } from './url-path.ts';

/** An extension that sees every request below a URL before anything else does. */
export interface WildcardEntry {
  readonly under: string;
  readonly order: number;
  readonly extension: ExtensionEntry;
}

/** Far below the distance of two orders, which are whole numbers. */
const TIE_STEP = 1 / 1024;

/** The wildcard maps, in order. */
export class WildcardMaps {
  readonly #table: SiteTable;
  readonly #maps: readonly WildcardEntry[];

  constructor(table: SiteTable, maps: readonly WildcardEntry[]) {
    this.#table = table;
    const sorted = maps
      .map((map) => ({ ...map, under: trimSlash(map.under) }))
      .toSorted((a, b) => a.order - b.order);
    // Maps of one order follow each other as they are listed, so each needs a place of its own.
    let last = -Infinity;
    this.#maps = sorted.map(({ under, order, extension }) => {
      last = order > last ? order : last + TIE_STEP;
      return { under, order: last, extension };
    });
  }

  /** The order of an extension's map. */
  orderOf(extension: ExtensionEntry): number | undefined {
    return this.#maps.find((map) => map.extension === extension)?.order;
  }

  /** @param after - skip the maps up to this order: one of them passes the request on */
  resolve(path: string, after: number): ExtensionResolution | undefined {
    for (const { under, order, extension } of this.#maps) {
      if (order > after && isBelow(path, under)) return this.#resolution(path, extension);
    }
    return undefined;
  }

  /** ISAPI: under a wildcard map SCRIPT_NAME and PATH_INFO are both the full path. */
  #resolution(path: string, extension: ExtensionEntry): ExtensionResolution {
    return {
      kind: 'extension',
      extension,
      scriptName: path,
      pathInfo: path,
      pathTranslated: undefined,
      scriptTranslated: mapPath(this.#table, path)?.path ?? '',
      via: 'wildcard',
      fullPath: path,
    };
  }
}
