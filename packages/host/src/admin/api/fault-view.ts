import { rowOf } from '../../observe/faults.ts';
import type { RecentFault } from '../../observe/recent-faults.ts';

/** A fault, as the API tells of it. */
export function viewFault({ number, at, evt, fields }: RecentFault): object {
  const { extension, pool, url, reqId, errorCode, error, ...rest } = fields;
  const { level, message } = rowOf(evt);
  return {
    process: process.pid,
    number,
    at: at.toISOString(),
    evt,
    level,
    message,
    extension: textOrNull(extension),
    pool: textOrNull(pool),
    url: textOrNull(url),
    requestId: textOrNull(reqId),
    errorCode: textOrNull(errorCode),
    reason: [...errorTexts(error), ...restTexts(rest)].join(', '),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** An error of an extension has crossed a thread as data; one of the host may be told by its message only. */
function errorTexts(error: unknown): string[] {
  if (typeof error === 'string') return [error];
  if (typeof error !== 'object' || error === null) return [];
  const { message } = error as { readonly message?: unknown };
  return typeof message === 'string' ? [message] : [];
}

/** Numbers and words that only this kind of fault has. Stacks are for the log. */
function restTexts(rest: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(rest)
    .filter(([name]) => name !== 'stack')
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => `${name} ${String(value)}`);
}
