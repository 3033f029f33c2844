/** An extension as requests are sent to it. One object each, for the life of the name space: compare by identity. */
export interface ExtensionEntry {
  /** Name in the configuration; of an unlisted module, the URL it was first found at. */
  readonly name: string;
  /** Module file, absolute. */
  readonly module: string;
  /** Name of the pool that runs it. */
  readonly pool: string;
}

/** What led from the URL to the extension. */
export type Via = 'file' | 'path' | 'scriptMap' | 'wildcard';

/** An extension answers. */
export interface ExtensionResolution {
  readonly kind: 'extension';
  readonly extension: ExtensionEntry;
  /** `SCRIPT_NAME`, decoded. */
  readonly scriptName: string;
  /** `PATH_INFO`, decoded. */
  readonly pathInfo: string;
  /** `PATH_TRANSLATED`: the script file of a script map; `undefined`: the thread maps `pathInfo` itself. */
  readonly pathTranslated: string | undefined;
  /** `SCRIPT_TRANSLATED`: physical path of the script, or of the module where the URL names no file. */
  readonly scriptTranslated: string;
  readonly via: Via;
  /** The whole path, decoded; with the default document if one answers. */
  readonly fullPath: string;
}

/** A static file answers. */
export interface FileResolution {
  readonly kind: 'file';
  /** Physical path, below `root` by its text. */
  readonly path: string;
  /** The folder that the file may not be outside of, symbolic links resolved. */
  readonly root: string;
  /** URL path of the file, decoded. */
  readonly urlPath: string;
}

/** The client should ask again with a slash at the end: 301. */
export interface RedirectResolution {
  readonly kind: 'redirect';
  /** Path and query, fit for a header. */
  readonly location: string;
}

/** Nothing answers. */
export interface RefusedResolution {
  readonly kind: 'refused';
  readonly statusCode: 400 | 403 | 404 | 405;
  /** IIS's sub-status, for the log; 0: none. ISAPI: `MD_ERROR_SUB*`. */
  readonly subStatus: number;
  /** For the log only. */
  readonly reason: string;
  /** Value of the `Allow` header, with 405. */
  readonly allow?: string;
}

/** What answers a URL. */
export type Resolution =
  | ExtensionResolution
  | FileResolution
  | RedirectResolution
  | RefusedResolution;
