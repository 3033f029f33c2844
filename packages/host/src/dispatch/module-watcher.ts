import { dirname, extname } from 'node:path';
import { type FSWatcher, watch } from 'chokidar';

/** What modules are made of; other files beside them may change as they like. */
const SUFFIXES: ReadonlySet<string> = new Set([
  '.js',
  '.mjs',
  '.cjs',
  '.ts',
  '.mts',
  '.cts',
  '.json',
  '.wasm',
  '.node',
]);
/** Folders below that of a module that are looked into. */
const DEPTH = 2;
/** A change is told when nothing has changed for this long, ms. */
const QUIET_MS = 100;

/** Watches the folders of modules, for what they are and what they import from beside them. For development. */
export class ModuleWatcher {
  readonly #watcher: FSWatcher;
  readonly #folders = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onChange - files have changed, one or many */
  constructor(onChange: () => void) {
    this.#watcher = watch([], {
      ignoreInitial: true,
      depth: DEPTH,
      ignored: (path, stats) =>
        path.includes('node_modules') || (stats?.isFile() === true && !SUFFIXES.has(extname(path))),
    });
    this.#watcher.on('all', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(onChange, QUIET_MS);
    });
    // A folder that cannot be watched is not.
    this.#watcher.on('error', () => undefined);
  }

  /** Watches the folders of these modules too. */
  add(modules: Iterable<string>): void {
    for (const module of modules) {
      const folder = dirname(module);
      if (this.#folders.has(folder)) continue;
      this.#folders.add(folder);
      this.#watcher.add(folder);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#watcher.close();
  }
}
