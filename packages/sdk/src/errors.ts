import { WIN32_ERRORS, type Win32ErrorName, type Win32ErrorNumber } from './win32.ts';

/** What can go wrong in a call, by name: every error name but `ERROR_SUCCESS`. ISAPI: `ERROR_*`. */
export type IsapiErrorCode = Exclude<Win32ErrorName, 'ERROR_SUCCESS'>;

/**
 * What a member of the control block throws. Compare `code`, never use `instanceof`: the host throws its own copy
 * of this class.
 *
 * ISAPI: FALSE from a callback, and then `GetLastError`.
 */
export class IsapiError extends Error {
  override readonly name = 'IsapiError';
  /** The error by name, as `'ERROR_INVALID_PARAMETER'`. */
  readonly code: IsapiErrorCode;
  /** The error by number, as 87. */
  readonly number: Win32ErrorNumber;

  /**
   * @param code - the error by name
   * @param message - what was wrong; without it, the name
   */
  constructor(code: IsapiErrorCode, message?: string) {
    super(message ?? code);
    this.code = code;
    this.number = WIN32_ERRORS[code];
  }
}

/**
 * Tells by its shape whether a caught value is an `IsapiError`, of this copy of the class or of any other.
 *
 * ISAPI: none; there an error is the number that `GetLastError` returns.
 *
 * @param error - any value
 * @param code - when given, the error must be this one
 */
export function isIsapiError(error: unknown, code?: IsapiErrorCode): error is IsapiError {
  if (typeof error !== 'object' || error === null) return false;
  const { code: name, number } = error as { readonly code?: unknown; readonly number?: unknown };
  if (typeof name !== 'string' || !Object.hasOwn(WIN32_ERRORS, name)) return false;
  if (code !== undefined && name !== code) return false;
  return WIN32_ERRORS[name as Win32ErrorName] === number;
}
