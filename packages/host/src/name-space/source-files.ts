import { basename } from 'node:path';
import type { ListedModules } from './listed-modules.ts';
import type { ScriptMaps } from './script-maps.ts';

/** Knows the files that are run and so are never sent: modules and scripts. */
export class SourceFiles {
  readonly #scripts: ScriptMaps;
  readonly #modules: ListedModules;

  constructor(scripts: ScriptMaps, modules: ListedModules) {
    this.#scripts = scripts;
    this.#modules = modules;
  }

  /** @param realPath - with its symbolic links resolved, so that no other name hides what it is */
  async isSource(urlPath: string, realPath: string): Promise<boolean> {
    if ([urlPath, realPath].some((path) => this.#isSourceName(basename(path)))) return true;

    // Node loads a module under these suffixes only, and a source map may hold the source.
    const module = realPath.replace(/\.map$/i, '');
    return /\.[cm]?[jt]sx?$/i.test(module) && (await this.#modules.find(module)) !== undefined;
  }

  /** `.isapi.` anywhere: `hello.isapi.js.map` and `hello.isapi.js.bak` hold the source as well. */
  #isSourceName(name: string): boolean {
    return /\.isapi\./i.test(name) || this.#scripts.isScriptName(name);
  }
}
