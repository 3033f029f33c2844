import { HSE_TERM_MUST_UNLOAD, type HseTerm } from '@isapi-host/sdk';
import { LoadError, type LoadedExtension, loadExtension } from './load-extension.ts';
import { monotonicMs } from './protocol/index.ts';

/** A failed load is answered from memory for this long, ms; then the module is tried again. */
const RETRY_AFTER_MS = 1000;

/** Longest wait for a terminateExtension, ms. */
const TERMINATE_MS = 5000;

interface Entry {
  /** Set once the load has succeeded: the hot path needs no promise. */
  loaded: LoadedExtension | undefined;
  loading: Promise<LoadedExtension>;
  /** On the monotonic clock, ms; 0: it has not failed. */
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
  readonly #loadTimeoutMs: number;

  /** @param loadTimeoutMs - longest a module and its getExtensionVersion may take, ms */
  constructor(observer: RegistryObserver, loadTimeoutMs: number) {
    this.#observer = observer;
    this.#loadTimeoutMs = loadTimeoutMs;
  }

  get hasLoaded(): boolean {
    for (const { loaded } of this.#entries.values()) if (loaded !== undefined) return true;
    return false;
  }

  /** The extension, when it is loaded. */
  get(module: string): LoadedExtension | undefined {
    return this.#entries.get(module)?.loaded;
  }

  isLoading(module: string): boolean {
    const entry = this.#entries.get(module);
    return entry !== undefined && entry.loaded === undefined && entry.failedAt === 0;
  }

  /** Loads the module; all who ask meanwhile wait for the same load. @throws LoadError */
  load(module: string): Promise<LoadedExtension> {
    const known = this.#entries.get(module);
    const mayRetry =
      known !== undefined && known.failedAt > 0 && monotonicMs() - known.failedAt > RETRY_AFTER_MS;
    if (known !== undefined && !mayRetry) return known.loading;

    const started = performance.now();
    const tries = (known?.tries ?? 0) + 1;
    const loading = this.#load(module, tries - 1);
    const entry: Entry = { loaded: undefined, loading, failedAt: 0, tries };
    this.#entries.set(module, entry);
    loading.then(
      (extension) => {
        entry.loaded = extension;
        this.#observer.loaded(module, extension, performance.now() - started);
      },
      () => {
        entry.failedAt = monotonicMs();
      },
    );
    return loading;
  }

  #load(module: string, generation: number): Promise<LoadedExtension> {
    return withinMs(this.#loadTimeoutMs, loadExtension(module, generation), () => {
      const message = `module ${module} is not loaded after ${this.#loadTimeoutMs} ms`;
      return new LoadError('ISAPI_ERR_LOAD_TIMEOUT', message);
    });
  }

  /** Calls TerminateExtension of every loaded extension. Never rejects, and ends within 5 s for each. */
  async terminate(flags: HseTerm = HSE_TERM_MUST_UNLOAD): Promise<void> {
    for (const [module, { loaded }] of this.#entries) {
      if (loaded?.extension.terminateExtension === undefined) continue;
      try {
        const terminated = Promise.resolve(loaded.extension.terminateExtension(flags));
        await withinMs(TERMINATE_MS, terminated, () => {
          return new Error(`terminateExtension is not done after ${TERMINATE_MS} ms`);
        });
      } catch (error) {
        this.#observer.terminateFailed(module, error);
      }
    }
    this.#entries.clear();
  }
}

/** @param onLate - what it rejects with then */
async function withinMs<Value>(
  ms: number,
  promise: Promise<Value>,
  onLate: () => Error,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(onLate());
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
