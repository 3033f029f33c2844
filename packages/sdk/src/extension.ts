import type { ExtensionControlBlock } from './control-block.ts';
import type { HseStatus } from './status.ts';
import type { HseTerm } from './termination.ts';

/** What an extension says of itself when it is loaded. ISAPI: `HSE_VERSION_INFO`. */
export interface VersionInfo {
  /** The ISAPI revision it was written for: `HSE_VERSION`, or `makeVersion(major, minor)`. */
  readonly version: number;
  /** A text for the administrator; 255 bytes of UTF-8 are kept. */
  readonly description: string;
}

/**
 * An extension: what a module exports by name, or as its one default object. The module's top level runs once
 * per thread, when it is loaded. A thread may hold several sessions of one extension at once.
 *
 * ISAPI: the entry points of an extension DLL; the module's top level is `DllMain`'s attach.
 */
export interface Extension {
  /**
   * Called once per thread, before the first request; set up here. `false` or a throw refuses to serve.
   *
   * ISAPI: `GetExtensionVersion`.
   */
  getExtensionVersion(): VersionInfo | false | Promise<VersionInfo | false>;

  /**
   * Called once per request. A throw or a rejection counts as `HSE_STATUS_ERROR`.
   *
   * ISAPI: `HttpExtensionProc`.
   */
  httpExtensionProc(ecb: ExtensionControlBlock): HseStatus | Promise<HseStatus>;

  /**
   * Called once per thread, after the last request; not at all when the thread had to be killed.
   * To `HSE_TERM_ADVISORY_UNLOAD`, `false` answers "not now".
   *
   * ISAPI: `TerminateExtension`.
   */
  terminateExtension?(flags: HseTerm): boolean | void | Promise<boolean | void>;
}

/**
 * Gives its argument back. It exists for the types: `ecb` needs no annotation, and a wrong return value
 * is an error where it stands.
 *
 * ISAPI: the `.def` file that names the exports.
 */
export function defineExtension<E extends Extension>(extension: E): E {
  return extension;
}
