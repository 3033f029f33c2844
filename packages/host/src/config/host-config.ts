/** What a virtual directory allows. ISAPI: the `MD_ACCESS_*` bits READ, SCRIPT and EXECUTE. */
export type Access = 'read' | 'script' | 'execute';

/** A folder that answers below a URL of its own. */
export interface VirtualDirectory {
  /** Physical folder, absolute after resolving. */
  readonly path: string;
  readonly access: readonly Access[];
}

/** An error page by status (`'404'`) or status and sub-status (`'403.18'`). */
export type ErrorPage =
  | { readonly file: string }
  | { readonly url: string }
  | { readonly text: string };

/** The name space that does not come from extensions. */
export interface SiteConfig {
  /** Site name, for `INSTANCE_NAME`. */
  readonly name: string;
  /** Physical root of `/`, absolute after resolving. Access is `read` and `script`. */
  readonly root: string;
  readonly defaultDocuments: readonly string[];
  /** URL prefix (`'/scripts'`, no slash at the end) to folder. */
  readonly virtualDirectories: Readonly<Record<string, VirtualDirectory>>;
  readonly errorPages: Readonly<Record<string, ErrorPage>>;
}

/** A file suffix that an extension answers for. ISAPI: a `ScriptMaps` entry. */
export interface ScriptMap {
  /** With its dot (`'.asp'`); compared without case. */
  readonly suffix: string;
  /** Methods the map takes; empty: all. */
  readonly verbs: readonly string[];
  /** Answer 404 when the script file is missing, before the extension is called. ISAPI: CHECK_PATH_INFO. */
  readonly fileMustExist: boolean;
  /** `full`: PATH_INFO is the whole path (IIS default); `extra`: only what follows the script. */
  readonly pathInfo: 'full' | 'extra';
}

/** A map that sees every request below a URL first. ISAPI: a wildcard script map. */
export interface WildcardMap {
  readonly under: string;
  /** Lower comes first. */
  readonly order: number;
}

/** One listed extension. */
export interface ExtensionConfig {
  /** Module file, absolute after resolving. */
  readonly module: string;
  /** URL paths it answers, and everything below them. */
  readonly paths: readonly string[];
  readonly scriptMaps: readonly ScriptMap[];
  readonly wildcard: WildcardMap | undefined;
  /** Name of the pool that runs it. */
  readonly pool: string;
  /** Load it when a thread starts rather than at its first request. */
  readonly preload: boolean;
}

/** What the threads of a pool may do, by Node's permission model; everything else of it is denied. */
export interface PermissionsConfig {
  /** Files and folders, absolute after resolving; `*`: all. The folders of the pool's own modules are among them. */
  readonly fsRead: readonly string[];
  readonly fsWrite: readonly string[];
  readonly childProcess: boolean;
  /** Threads of their own. */
  readonly worker: boolean;
  /** Native modules. */
  readonly addons: boolean;
}

/** One application pool: threads with their own queue and limits. */
export interface PoolConfig {
  readonly minThreads: number;
  readonly maxThreads: number;
  /** Sessions a thread may hold open at once, pending ones included. */
  readonly sessionsPerThread: number;
  /** Requests that may wait for a thread before 503. */
  readonly maxQueue: number;
  /** Longest wait in the queue before 503, ms; 0: none. */
  readonly queueTimeoutMs: number;
  /** A thread above `minThreads` leaves after this long without a request, ms. */
  readonly idleTimeoutMs: number;
  /** V8 heap per thread, MiB; 0: V8's default. */
  readonly heapMb: number;
  /** Buffers of a thread outside its heap, MiB; 0: no limit. */
  readonly externalMb: number;
  /** Longest a module may load and tell its version, ms. */
  readonly loadTimeoutMs: number;
  /** Longest session, ms; 0: none. */
  readonly requestTimeoutMs: number;
  /** Where its threads run: in the host's process, or in one of their own. */
  readonly isolation: 'thread' | 'process';
  /** Resident memory of its process above which it is recycled, MiB; 0: no limit. */
  readonly rssMb: number;
  /** How often its process has to show that it lives, ms; 0: never. */
  readonly pingIntervalMs: number;
  /** Deaths of threads or processes within the window that put the pool out of service; 0: never. */
  readonly rapidFailMax: number;
  readonly rapidFailWindowMs: number;
  /** Recycled after this many requests, after this long (ms), and at these times of day; 0 and '': never. */
  readonly recycleRequests: number;
  readonly recycleAfterMs: number;
  readonly recycleAt: string;
  /** `undefined`: the threads may do what the host may. */
  readonly permissions: PermissionsConfig | undefined;
  /** Environment of the threads; `undefined`: the host's own. */
  readonly env: Readonly<Record<string, string>> | undefined;
}

/** Where operators look at a host and steer it. */
export interface AdminConfig {
  readonly enabled: boolean;
  readonly host: string;
  readonly port: number;
  /** Bearer token that is asked for; empty: none. */
  readonly token: string;
}

/** What a server for HTTPS needs. */
export interface TlsConfig {
  /** PEM files, absolute after resolving. With neither: HTTP. */
  readonly key: string;
  readonly cert: string;
  /** PEM file of the authorities of client certificates, absolute after resolving; empty: none. */
  readonly ca: string;
  /** `accept`: clients are asked for a certificate; `require`: and must have one. It always has to be valid. */
  readonly clientCertificates: 'ignore' | 'accept' | 'require';
  /** Offer HTTP/2 beside HTTP/1.1. */
  readonly http2: boolean;
}

/** How the log is written. */
export interface LogConfig {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly format: 'json' | 'pretty';
  /** One line per request. */
  readonly access: boolean;
  /** `w3c`: the W3C extended log file format. */
  readonly accessFormat: 'json' | 'w3c';
  /** File of the access lines, absolute after resolving; empty: the log itself. */
  readonly accessFile: string;
}

/** Bounds of one request, with their own status each. */
export interface LimitsConfig {
  /** Body bytes put in `data` before the extension runs. ISAPI: UploadReadAheadSize. */
  readonly readAheadBytes: number;
  /** A readClient that waited this long for the client fails with ERROR_SEM_TIMEOUT, ms; 0: no limit. */
  readonly readTimeoutMs: number;
  /** Largest request body, bytes; 0: no limit. Above: 413. */
  readonly maxBodyBytes: number;
  /** Largest request head, bytes. Above: 431. */
  readonly maxHeaderBytes: number;
  /** Longest request target, bytes. Above: 414. */
  readonly maxUrlBytes: number;
  /** Most header fields of a request. Above: 431. */
  readonly maxHeaders: number;
  /** Most client connections of this process, 0: as its descriptors allow. More are closed as they come. */
  readonly maxConnections: number;
  /** Requests of an HTTP/2 connection that its client resets or that are refused, in 10 s; 0: no limit. Then it ends. */
  readonly maxStreamResets: number;
  /** Least of a request body that is wanted, over `timeouts.bodyMs`; 0: any byte. Then: 408. ISAPI: minBytesPerSecond. */
  readonly minBytesPerSecond: number;
}

/** How long a client may keep the host waiting. */
export interface TimeoutsConfig {
  /** For the whole head of a request, ms. Then: 408. */
  readonly headersMs: number;
  /** For the next bytes of a request body that is wanted, ms; 0: no limit. Then: 408. */
  readonly bodyMs: number;
  /** For taking bytes of its answer, ms; 0: no limit. Then the connection is cut off. */
  readonly sendMs: number;
  /** Between two requests of a connection, ms. */
  readonly idleMs: number;
}

/** Everything the host runs by; built once by `resolveConfig`, frozen, with absolute paths. */
export interface HostConfig {
  readonly listen: { readonly host: string; readonly port: number };
  readonly admin: AdminConfig;
  readonly tls: TlsConfig;
  /** Resident memory of a host process above which it is recycled, MiB; 0: no limit. */
  readonly rssMb: number;
  /** What `isapi start` runs: host processes, whether it starts them again, and how often it pings them (ms). */
  readonly processes: number;
  readonly supervise: boolean;
  readonly hostPingIntervalMs: number;
  /** `modern`: the host frames answers. `classic`: IIS 4 to 6 to the letter. */
  readonly profile: 'modern' | 'classic';
  /** Warn in the log of calls that IIS would refuse or hang on. */
  readonly strictIsapi: boolean;
  readonly site: SiteConfig;
  readonly extensions: Readonly<Record<string, ExtensionConfig>>;
  /** Run file-mapped modules that no entry of `extensions` names. ISAPI: notListedIsapisAllowed. */
  readonly unlistedExtensions: boolean;
  readonly pools: Readonly<Record<string, PoolConfig>>;
  readonly limits: LimitsConfig;
  readonly timeouts: TimeoutsConfig;
  readonly log: LogConfig;
  /** Keep extensions loaded until their thread ends. ISAPI: CacheISAPI. */
  readonly cacheExtensions: boolean;
  /** Reload a pool when files of its modules change. */
  readonly watch: boolean;
  /** `AUTH_PASSWORD` holds the password of Basic credentials; else it is empty. */
  readonly exposePassword: boolean;
  /** A span per request of an extension, for OpenTelemetry. */
  readonly telemetry: boolean;
  /** `X-Forwarded-For` and `-Proto` are believed from these addresses; empty: from nobody. */
  readonly trustProxy: string;
  /** Longest drain at close, ms. */
  readonly shutdownTimeoutMs: number;
}
