import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Extension } from '@isapi-host/sdk';
import type * as Jiti from 'jiti';
import { stampOf } from './file-stamp.ts';

/** Why a module cannot serve. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
  readonly code:
    | 'ISAPI_ERR_EXTENSION_LOAD'
    | 'ISAPI_ERR_EXTENSION_VERSION'
    | 'ISAPI_ERR_LOAD_TIMEOUT';

  constructor(code: LoadError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A module that is loaded and has said its version. */
export interface LoadedExtension {
  readonly extension: Extension;
  readonly version: number;
  readonly description: string;
  /** State of its file when it was loaded. */
  readonly stamp: string;
}

/** Bytes of the description that are kept. ISAPI: HSE_MAX_EXT_DLL_NAME_LEN less its NUL. */
const DESCRIPTION_BYTES = 255;

/**
 * Imports a module, finds its entry points and asks its version.
 *
 * @param generation - told apart by Node's module cache; above 0 after a load that failed, so that a mended
 *   file is read again
 * @throws LoadError - with what failed and what was expected
 */
export async function loadExtension(module: string, generation: number): Promise<LoadedExtension> {
  const stamp = await stampOf(module).catch(() => fail(`module ${module} does not exist`));
  let namespace: Record<string, unknown>;
  try {
    namespace = await importModule(module, generation);
  } catch (error) {
    return fail(`module ${module} cannot be loaded: ${describe(error)}`, error);
  }
  return { ...(await askVersion(module, findEntryPoints(module, namespace))), stamp };
}

async function importModule(module: string, generation: number): Promise<Record<string, unknown>> {
  const query = generation === 0 ? '' : `?load=${generation}`;
  const isTypeScript = /\.[mc]?ts$/.test(module);
  // Node strips types itself from 22.18 on.
  if (!isTypeScript || stripsTypes()) {
    return (await import(`${pathToFileURL(module).href}${query}`)) as Record<string, unknown>;
  }
  // Not by import: Node would first look through the whole of it for the names it exports.
  const { createJiti } = require('jiti') as typeof Jiti;
  const jiti = createJiti(import.meta.url, { moduleCache: generation === 0, fsCache: false });
  return jiti.import<Record<string, unknown>>(module);
}

const require = createRequire(import.meta.url);

function stripsTypes(): boolean {
  const { typescript } = process.features as { readonly typescript?: unknown };
  return Boolean(typescript);
}

function findEntryPoints(module: string, namespace: Record<string, unknown>): Extension {
  const candidates = [namespace, namespace['default']];
  for (const candidate of candidates) {
    if (isObject(candidate) && typeof candidate['httpExtensionProc'] === 'function') {
      if (typeof candidate['getExtensionVersion'] === 'function') {
        return candidate as unknown as Extension;
      }
      return fail(`module ${module} does not export getExtensionVersion`);
    }
  }
  return fail(
    `module ${module} does not export httpExtensionProc: expected getExtensionVersion and httpExtensionProc by name, or a default object with both`,
  );
}

async function askVersion(
  module: string,
  extension: Extension,
): Promise<Omit<LoadedExtension, 'stamp'>> {
  let info: unknown;
  try {
    info = await extension.getExtensionVersion();
  } catch (error) {
    return refused(`getExtensionVersion of ${module} threw: ${describe(error)}`, error);
  }
  if (info === false) return refused(`getExtensionVersion of ${module} returned false`);
  if (
    !isObject(info) ||
    typeof info['version'] !== 'number' ||
    typeof info['description'] !== 'string'
  ) {
    return refused(
      `getExtensionVersion of ${module}: expected { version: number, description: string } or false`,
    );
  }
  const description = Buffer.from(info['description']).subarray(0, DESCRIPTION_BYTES).toString();
  return { extension, version: info['version'], description };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function fail(message: string, cause?: unknown): never {
  throw new LoadError('ISAPI_ERR_EXTENSION_LOAD', message, { cause });
}

function refused(message: string, cause?: unknown): never {
  throw new LoadError('ISAPI_ERR_EXTENSION_VERSION', message, { cause });
}
