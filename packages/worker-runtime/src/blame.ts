import { pathToFileURL } from 'node:url';

/** Finds out which extension of a thread did something. */
export class Blame {
  readonly #names = new Map<string, string>();

  /** An extension runs in this thread from now on. */
  note(module: string, extension: string): void {
    this.#names.set(module, extension);
  }

  /** Names of the extensions that were loaded, with commas between. */
  get all(): string {
    return [...new Set(this.#names.values())].join(', ');
  }

  /** The extension whose file a stack names first; else the only one there is, or `unknown`. */
  of(stack: string): string {
    for (const line of stack.split('\n')) {
      for (const [module, name] of this.#names) {
        if (line.includes(pathToFileURL(module).href) || line.includes(module)) return name;
      }
    }
    const names = new Set(this.#names.values());
    return names.size === 1 ? this.all : 'unknown';
  }

  /** The extension that is calling. */
  ofCaller(): string {
    return this.of(new Error('for its stack').stack ?? '');
  }
}
