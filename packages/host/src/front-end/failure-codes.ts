import type { Loss } from '../callbacks/client.ts';
import type { Submission } from '../dispatch/pool.ts';
import type { FaultEvent } from '../observe/faults.ts';
import type { HostErrorCode } from '../observe/host-error.ts';
import type { RequestFailure } from './connection.ts';

/** Code and status of a request that ends without its extension. */
export const LOSSES: Readonly<Record<Loss, readonly [HostErrorCode | undefined, number]>> = {
  'thread-lost': ['ISAPI_ERR_THREAD_LOST', 502],
  deadline: ['ISAPI_ERR_REQUEST_TIMEOUT', 504],
  full: ['ISAPI_ERR_SERVER_TOO_BUSY', 503],
  'too-large': [undefined, 431],
  'queue-timeout': ['ISAPI_ERR_QUEUE_TIMEOUT', 503],
  displaced: ['ISAPI_ERR_SERVER_TOO_BUSY', 503],
  'load-timeout': ['ISAPI_ERR_LOAD_TIMEOUT', 504],
  disabled: ['ISAPI_ERR_POOL_DISABLED', 503],
  closing: ['ISAPI_ERR_HOST_CLOSING', 503],
};

/** Code of a request that its pool did not take: 503. */
export const REFUSALS: Readonly<Record<Refusal, HostErrorCode>> = {
  full: 'ISAPI_ERR_SERVER_TOO_BUSY',
  closing: 'ISAPI_ERR_HOST_CLOSING',
  disabled: 'ISAPI_ERR_POOL_DISABLED',
};

type Refusal = Exclude<Submission, 'queued' | 'too-large'>;

/** Status of a request that did not come whole. */
export const STATUS_OF_FAILURE: Readonly<Record<RequestFailure, number>> = {
  malformed: 400,
  timeout: 408,
  'too-large': 413,
};

/** Codes that a thread gives itself. */
const LOAD_FAILURES = [
  'ISAPI_ERR_EXTENSION_LOAD',
  'ISAPI_ERR_EXTENSION_VERSION',
  'ISAPI_ERR_LOAD_TIMEOUT',
] as const;

/** The code of a session that failed. */
export function toHostErrorCode(code: string | undefined): HostErrorCode {
  const known = LOAD_FAILURES.find((failure) => failure === code);
  return known ?? 'ISAPI_ERR_EXTENSION_FAILED';
}

/** The fault that a session's failure counts as. */
export function faultOf(code: string | undefined, hasBegun: boolean): FaultEvent {
  if (code === 'ISAPI_ERR_EXTENSION_LOAD' || code === 'ISAPI_ERR_LOAD_TIMEOUT') return 'ext.load';
  if (code === 'ISAPI_ERR_EXTENSION_VERSION') return 'ext.version';
  return hasBegun ? 'ext.truncated' : 'ext.throw';
}
