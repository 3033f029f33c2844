import { realpath } from 'node:fs/promises';
import { missingKind } from './file-errors.ts';
import type { ExtensionEntry } from './resolution.ts';

/** Finds listed extensions by the file their module really is. */
export class ListedModules {
  readonly #extensions: readonly ExtensionEntry[];
  /** Shared by the requests that come while it is read; then read anew, as links may be switched at any time. */
  #reading: Promise<ReadonlyMap<string, ExtensionEntry>> | undefined;

  constructor(extensions: readonly ExtensionEntry[]) {
    this.#extensions = extensions;
  }

  /** @param realPath - with its symbolic links resolved */
  async find(realPath: string): Promise<ExtensionEntry | undefined> {
    const named = this.#extensions.find(({ module }) => module === realPath);
    if (named !== undefined) return named;

    this.#reading ??= readRealPaths(this.#extensions).finally(() => {
      this.#reading = undefined;
    });
    return (await this.#reading).get(realPath);
  }
}

async function readRealPaths(
  extensions: readonly ExtensionEntry[],
): Promise<ReadonlyMap<string, ExtensionEntry>> {
  const paths = await Promise.all(extensions.map(({ module }) => readRealPath(module)));
  const found = new Map<string, ExtensionEntry>();
  for (const [index, extension] of extensions.entries()) {
    const path = paths[index];
    if (path !== undefined && !found.has(path)) found.set(path, extension);
  }
  return found;
}

async function readRealPath(module: string): Promise<string | undefined> {
  try {
    return await realpath(module);
  } catch (error) {
    missingKind(error);
    return undefined;
  }
}
