import type { Faults } from '../../observe/faults.ts';
import type { HostErrorCode } from '../../observe/host-error.ts';

const LOAD_CODES: ReadonlySet<HostErrorCode> = new Set([
  'ISAPI_ERR_EXTENSION_LOAD',
  'ISAPI_ERR_EXTENSION_VERSION',
]);

/** Why extensions did not load the last time, as the faults told. */
export class LoadProblems {
  readonly #problems = new Map<string, string>();

  constructor(faults: Faults) {
    faults.listen((_event, { extension, errorCode, error }) => {
      if (extension === undefined || !LOAD_CODES.has(errorCode as HostErrorCode)) return;
      const { message } = error as { readonly message: string };
      this.#problems.set(extension, message);
    });
  }

  /** `null`: nothing is known against it. */
  of(extension: string): string | null {
    return this.#problems.get(extension) ?? null;
  }
}
