import { isIsapiError, IsapiError, type IsapiErrorCode, WIN32_ERRORS } from '@isapi-host/sdk';

/** An error as it crosses a thread: data, made where it happened. */
export interface WireError {
  /** `ERROR_*` of an IsapiError, `ISAPI_ERR_*` of the runtime, `ERR_*` of Node; else the error's own name. */
  readonly code: string;
  readonly message: string;
  readonly stack: string;
}

/** Longest text of an error that is kept, characters. */
const MAX_TEXT = 8192;

/**
 * Flattens whatever was thrown. Never throws itself, whatever its getters do, and follows no `cause`:
 * a cyclic one would hang the receiver.
 */
export function toWireError(thrown: unknown, code?: string): WireError {
  try {
    if (typeof thrown === 'object' && thrown !== null) {
      const { name, message, stack } = thrown as Record<string, unknown>;
      return {
        code: code ?? codeOf(thrown, name),
        message: text(message, 'no message'),
        stack: text(stack, ''),
      };
    }
    return { code: code ?? 'Error', message: String(thrown).slice(0, MAX_TEXT), stack: '' };
  } catch {
    return { code: code ?? 'Error', message: 'an error that cannot be read was thrown', stack: '' };
  }
}

/** The error an extension sees. A code that is none of ISAPI's becomes `ERROR_WRITE_FAULT`. */
export function fromWireError({ code, message }: WireError): IsapiError {
  const isKnown = Object.hasOwn(WIN32_ERRORS, code);
  return new IsapiError(isKnown ? (code as IsapiErrorCode) : 'ERROR_WRITE_FAULT', message);
}

/** Node's own codes are the more telling names. */
function codeOf(thrown: object, name: unknown): string {
  if (isIsapiError(thrown)) return thrown.code;
  const { code } = thrown as { readonly code?: unknown };
  return typeof code === 'string' && /^ERR_[A-Z_]{1,60}$/.test(code) ? code : text(name, 'Error');
}

function text(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : fallback;
}
