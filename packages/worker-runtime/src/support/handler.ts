import { IsapiError, type IsapiErrorCode } from '@isapi-host/sdk';
import type { HostCall } from '../host-calls.ts';
import type { Session } from '../session.ts';

/** How the extension called: with a promise to await, or blocking its thread. */
export type Style = 'promise' | 'blocking';

/** Runs one request code: a value, or a promise when the host is needed. */
export type Handler = (session: Session, input: never, style: Style) => unknown;

/** Asks the host in the style of the caller. */
export function askHost(session: Session, call: HostCall, style: Style): unknown {
  return style === 'blocking' ? session.calls.askSync(call) : session.calls.askPromise(call);
}

/** Refuses a request code whatever its input. */
export function refuse(code: IsapiErrorCode, why: string): Handler {
  return () => {
    throw new IsapiError(code, why);
  };
}

/** @throws IsapiError `ERROR_INVALID_PARAMETER` */
export function invalid(message: string): never {
  throw new IsapiError('ERROR_INVALID_PARAMETER', message);
}

/** @throws IsapiError `ERROR_INVALID_PARAMETER` - no text, an empty one, or one with a NUL */
export function requireText(text: unknown): string {
  if (typeof text === 'string' && text !== '' && !text.includes('\0')) return text;
  return invalid(
    `expected a text, got ${typeof text === 'string' ? 'none or a NUL in it' : typeof text}`,
  );
}

/** @throws IsapiError `ERROR_INVALID_PARAMETER` - no object */
export function requireObject<T extends object>(input: T | undefined, members: string): T {
  if (typeof input === 'object' && input !== null) return input;
  return invalid(`expected { ${members} }, got ${input === null ? 'null' : typeof input}`);
}

/** @throws IsapiError `ERROR_INVALID_PARAMETER` - no whole number from 0 */
export function requireCount(value: unknown, name: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  return invalid(`${name}: expected a whole number from 0, got ${String(value)}`);
}

/** @throws IsapiError `ERROR_INVALID_PARAMETER` - an unknown flag, or two that exclude each other */
export function requireFlags(flags: unknown, known: number, exclusive = 0): number {
  const isKnown = typeof flags === 'number' && (flags & known) === flags;
  if (!isKnown) {
    return invalid(`flags: expected a sum of those of this request, got ${String(flags)}`);
  }
  if (exclusive !== 0 && (flags & exclusive) === exclusive) invalid('flags exclude each other');
  return flags;
}
