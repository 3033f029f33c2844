import type { ExtensionEntry, ExtensionResolution } from './resolution.ts';
import { trimSlash } from './url-path.ts';

/** The extensions that answer a URL path and everything below it. No file is looked at. */
export class PathMap {
  /** By path without a slash at its end. */
  readonly #extensions = new Map<string, ExtensionEntry>();
  /** Most segments that a path of the map has. */
  readonly #maxDepth: number;

  constructor(paths: Iterable<readonly [path: string, extension: ExtensionEntry]>) {
    for (const [path, extension] of paths) this.#extensions.set(trimSlash(path), extension);
    const depths = [...this.#extensions.keys()].map((path) => path.split('/').length - 1);
    this.#maxDepth = Math.max(0, ...depths);
  }

  /** The URLs that are mapped, `/` with its slash and the others without. */
  get urls(): string[] {
    return [...this.#extensions.keys()].map((path) => (path === '' ? '/' : path));
  }

  /** The extension whose path is the longest that starts this one by whole segments. */
  resolve(path: string): ExtensionResolution | undefined {
    let extension = this.#extensions.get('');
    let scriptEnd = 0;
    let slash = 0;
    for (let depth = 0; depth < this.#maxDepth && slash !== -1; depth++) {
      slash = path.indexOf('/', slash + 1);
      const end = slash === -1 ? path.length : slash;
      const longer = this.#extensions.get(path.slice(0, end));
      if (longer !== undefined) {
        extension = longer;
        scriptEnd = end;
      }
    }
    if (extension === undefined) return undefined;

    return {
      kind: 'extension',
      extension,
      scriptName: path.slice(0, scriptEnd),
      pathInfo: path.slice(scriptEnd),
      pathTranslated: undefined,
      scriptTranslated: extension.module,
      via: 'path',
      fullPath: path,
    };
  }
}
