/** What an operator needs to know of an error code. */
interface HostErrorRow {
  /** Status the client sees while no byte is out; `undefined`: no client is there to see one. */
  readonly status: number | undefined;
  readonly cause: string;
  readonly action: string;
}

/** Every error code of the host. A test holds the table in docs/operations.md against this one. */
export const hostErrors = {
  ISAPI_ERR_CONFIG: {
    status: undefined,
    cause: 'a flag, a variable or the config file holds a value that is not allowed',
    action: 'correct what the message names; `isapi config` shows each value and its origin',
  },
  ISAPI_ERR_PROTOCOL_VERSION: {
    status: undefined,
    cause: 'host and worker-runtime are of different releases',
    action: 'install the same release of both; `pool.boot` in the log has both versions',
  },
  ISAPI_ERR_EXTENSION_LOAD: {
    status: 500,
    cause: 'the module is missing, throws at its top level or lacks an entry point',
    action: 'run `isapi check`; the log line has the cause',
  },
  ISAPI_ERR_EXTENSION_VERSION: {
    status: 500,
    cause: '`getExtensionVersion` threw, refused, or gave a version the host does not know',
    action: 'build the extension against this release of the sdk',
  },
  ISAPI_ERR_LOAD_TIMEOUT: {
    status: 504,
    cause: 'the module, or its `getExtensionVersion`, took longer than `loadTimeoutMs`',
    action: 'mend the extension, or raise `loadTimeoutMs` of its pool',
  },
  ISAPI_ERR_EXTENSION_FAILED: {
    status: 500,
    cause: '`httpExtensionProc` threw, or ended with HSE_STATUS_ERROR',
    action: 'mend the extension; the log line has its error',
  },
  ISAPI_ERR_THREAD_LOST: {
    status: 502,
    cause: 'the thread died with the request: heap limit, `process.exit`, uncaught error',
    action: 'mend the extension, or raise `heapMb` of its pool',
  },
  ISAPI_ERR_SERVER_TOO_BUSY: {
    status: 503,
    cause: 'the queue of the pool was full when the request came',
    action: 'add threads or raise `maxQueue`',
  },
  ISAPI_ERR_QUEUE_TIMEOUT: {
    status: 503,
    cause: 'the request waited longer than `queueTimeoutMs` for a thread',
    action: 'add threads, or look for the extension that holds them',
  },
  ISAPI_ERR_HOST_MEMORY: {
    status: 503,
    cause: 'the host process holds far more memory than `rssMb`, or more, and nothing recycles it',
    action: 'look for the extension that holds it, or raise `rssMb`; `host.rss` in the log',
  },
  ISAPI_ERR_HOST_CLOSING: {
    status: 503,
    cause: 'the request came while the host was closing',
    action: 'none; the load balancer should have stopped sending',
  },
  ISAPI_ERR_POOL_DISABLED: {
    status: 503,
    cause: 'the pool has lost too many threads or processes and is out of service for a while',
    action: 'mend the extension that ends them, then enable the pool; `pool.rapidfail` in the log',
  },
  ISAPI_ERR_REQUEST_TIMEOUT: {
    status: 504,
    cause: 'the session ran longer than `requestTimeoutMs`',
    action: 'mend the extension, or raise `requestTimeoutMs` of its pool',
  },
  ISAPI_ERR_ADMIN_REQUEST: {
    status: 400,
    cause: 'the admin API got something it does not understand',
    action: 'the message says what; /api/v1/openapi.json says what is allowed',
  },
  ISAPI_ERR_ADMIN_UNAUTHORIZED: {
    status: 401,
    cause: 'a request to the admin port has not the bearer token of `admin.token`',
    action: 'send `Authorization: Bearer TOKEN`',
  },
  ISAPI_ERR_ADMIN_FOREIGN: {
    status: 403,
    cause:
      'a request to the admin port comes from a page of another site, or under a name of another host',
    action: 'use an IP address, localhost or `admin.host` in the URL, or send the token',
  },
  ISAPI_ERR_ADMIN_NOT_FOUND: {
    status: 404,
    cause: 'the admin server has no such URL, or the host no such pool',
    action: '/api/v1/openapi.json lists the URLs, /api/v1/pools the pools',
  },
  ISAPI_ERR_SWAP_FAILED: {
    status: 409,
    cause: 'fresh threads of a pool could not load its extensions; those that were there serve on',
    action: 'mend what the message names, then reload again',
  },
  ISAPI_ERR_NO_SUPERVISOR: {
    status: 409,
    cause: 'the host process should be recycled, and no supervisor is there to start another',
    action: 'run it by `isapi start`, without `--no-supervise`',
  },
  ISAPI_ERR_ADMIN_UNREACHABLE: {
    status: undefined,
    cause: 'a command found no admin server where the configuration says it is',
    action:
      'start the host, or give the command the `--config` and `--admin-port` that the host has',
  },
  ISAPI_ERR_ADMIN_FAILED: {
    status: 500,
    cause: 'the admin server met an error nobody expects',
    action: 'look at the log line `admin request failed`',
  },
  ISAPI_ERR_CLIENT_DISCONNECTED: {
    status: undefined,
    cause: 'the client went away before the answer was complete',
    action: 'none',
  },
} as const;

/** Every code a `HostError` can carry. */
export type HostErrorCode = keyof typeof hostErrors;

/** Status a client sees for a code while no byte is out; `undefined`: no client is there to see one. */
export function statusOf(code: HostErrorCode): number | undefined {
  const row: HostErrorRow = hostErrors[code];
  return row.status;
}

/** Any error of the host. What an extension sees is `IsapiError`, from the sdk. */
export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
