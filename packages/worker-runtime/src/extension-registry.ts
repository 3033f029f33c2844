import { HSE_TERM_MUST_UNLOAD, type HseTerm } from '@isapi-host/sdk';
import { type LoadedExtension, loadExtension } from './load-extension.ts';

/** A failed load is answered from memory for this long, ms; then the module is tried again. */
const RETRY_AFTER_MS = 1000;

/** Longest wait for a terminateExtension, ms. */
const TERMINATE_MS = 5000;

interface Entry {
  /** Set once the load has succeeded: the hot path needs no promise. */
  loaded: LoadedExtension | undefined;
  loading: Promise<LoadedExtension>;
  failedAt: number;
  /** Loads tried so far. */
  tries: number;
}

/** What is told of loads, for the log. */
export interface RegistryObserver {
  loaded(module: string, extension: LoadedExtension, ms: number): void;
  terminateFailed(module: string, error: unknown): void;
}

/** The extensions of this thread. Each is imported, and asked its version, once: at its first request. */
export class ExtensionRegistry {
  readonly #entries = new Map<string, Entry>();
  readonly #observer: RegistryObserver;

  constructor(observer: RegistryObserver) {
    this.#observer = observer;
  }

  get hasLoaded(): boolean {
    for (const { loaded } of this.#entries.values()) if (loaded !== undefined) return true;
    return false;
  }

  /** The extension, when it is loaded. */
  get(module: string): LoadedExtension | undefined {
    return this.#entries.get(module)?.loaded;
  }

  /** Loads the module; all who ask meanwhile wait for the same load. @throws LoadError */
  load(module: string): Promise<LoadedExtension> {
    const known = this.#entries.get(module);
    const mayRetry =
      known !== undefined && known.failedAt > 0 && Date.now() - known.failedAt > RETRY_AFTER_MS;
    if (known !== undefined && !mayRetry) return known.loading;

    const started = performance.now();
    const tries = (known?.tries ?? 0) + 1;
    const loading = loadExtension(module, tries - 1);
    const entry: Entry = { loaded: undefined, loading, failedAt: 0, tries };
    this.#entries.set(module, entry);
    loading.then(
      (extension) => {
        entry.loaded = extension;
        this.#observer.loaded(module, extension, performance.now() - started);
      },
      () => {
        entry.failedAt = Date.now();
      },
    );
    return loading;
  }

  /** Calls TerminateExtension of every loaded extension. Never rejects, and ends within 5 s for each. */
  async terminate(flags: HseTerm = HSE_TERM_MUST_UNLOAD): Promise<void> {
    for (const [module, { loaded }] of this.#entries) {
      if (loaded?.extension.terminateExtension === undefined) continue;
      try {
        await withinMs(TERMINATE_MS, Promise.resolve(loaded.extension.terminateExtension(flags)));
      } catch (error) {
        this.#observer.terminateFailed(module, error);
      }
    }
    this.#entries.clear();
  }
}

async function withinMs(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not done after ${ms} ms`));
    }, ms);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
