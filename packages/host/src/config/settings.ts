import { clientSettings } from './client-settings.ts';
import { poolSettings } from './pool-settings.ts';

/** What is there once in a host. */
const hostSettings = {
  'listen.host': {
    variable: 'ISAPI_HOST',
    type: 'text',
    form: 'host',
    fallback: '127.0.0.1',
    about: 'address to listen on; 0.0.0.0 and :: are all of them',
  },
  'listen.port': {
    variable: 'ISAPI_PORT',
    otherVariable: 'PORT',
    type: 'whole',
    min: 0,
    max: 65_535,
    fallback: 8080,
    about: 'TCP port; 0 takes a free one',
  },
  'admin.enabled': {
    variable: 'ISAPI_ADMIN',
    type: 'switch',
    fallback: true,
    about: 'serve health, metrics and the admin API on a port of their own',
  },
  'admin.host': {
    variable: 'ISAPI_ADMIN_HOST',
    type: 'text',
    form: 'host',
    fallback: '127.0.0.1',
    about: 'address the admin port listens on; any but a loopback address needs admin.token',
  },
  'admin.port': {
    variable: 'ISAPI_ADMIN_PORT',
    type: 'whole',
    min: 0,
    max: 65_535,
    fallback: 8081,
    about: 'TCP port of the admin server; 0 takes a free one',
  },
  'admin.token': {
    variable: 'ISAPI_ADMIN_TOKEN',
    type: 'text',
    form: 'secret',
    fallback: '',
    about: 'bearer token that the admin server asks for; empty: none',
  },
  'tls.key': {
    variable: 'ISAPI_TLS_KEY',
    type: 'text',
    form: 'file',
    fallback: '',
    about: 'PEM file of the private key; with it and tls.cert: HTTPS instead of HTTP',
  },
  'tls.cert': {
    variable: 'ISAPI_TLS_CERT',
    type: 'text',
    form: 'file',
    fallback: '',
    about: 'PEM file of the certificate, those of its issuers behind it',
  },
  'tls.ca': {
    variable: 'ISAPI_TLS_CA',
    type: 'text',
    form: 'file',
    fallback: '',
    about: 'PEM file of the authorities that client certificates must come from',
  },
  'tls.clientCertificates': {
    variable: 'ISAPI_TLS_CLIENT_CERTIFICATES',
    type: 'choice',
    choices: ['ignore', 'accept', 'require'],
    fallback: 'ignore',
    about: 'whether clients are asked for a certificate, and need one',
  },
  'tls.http2': {
    variable: 'ISAPI_HTTP2',
    type: 'switch',
    fallback: true,
    about: 'offer HTTP/2 over TLS, in the profile modern',
  },
  profile: {
    variable: 'ISAPI_PROFILE',
    type: 'choice',
    choices: ['modern', 'classic'],
    fallback: 'modern',
    about: 'modern: the host frames answers; classic: as IIS 4 to 6 did',
  },
  strictIsapi: {
    variable: 'ISAPI_STRICT_ISAPI',
    otherVariable: 'ISAPI_STRICT',
    type: 'switch',
    fallback: false,
    about: 'warn of calls that IIS would refuse or hang on',
  },
  'site.name': {
    variable: 'ISAPI_SITE_NAME',
    type: 'text',
    form: 'name',
    fallback: 'Default Web Site',
    about: 'name of the site, INSTANCE_NAME to extensions',
  },
  'site.root': {
    variable: 'ISAPI_SITE_ROOT',
    type: 'text',
    form: 'folder',
    fallback: 'www',
    about: 'folder that answers /',
  },
  unlistedExtensions: {
    variable: 'ISAPI_UNLISTED_EXTENSIONS',
    type: 'switch',
    fallback: false,
    about: 'run extension files that the config does not list',
  },
  cacheExtensions: {
    variable: 'ISAPI_CACHE_EXTENSIONS',
    type: 'switch',
    fallback: true,
    about: 'keep extensions loaded until their thread ends',
  },
  watch: {
    variable: 'ISAPI_WATCH',
    type: 'switch',
    fallback: false,
    about: 'reload a pool when a module of it, or a file beside it, changes: for development',
  },
  exposePassword: {
    variable: 'ISAPI_EXPOSE_PASSWORD',
    type: 'switch',
    fallback: false,
    about: 'AUTH_PASSWORD holds the password of Basic credentials',
  },
  'log.level': {
    variable: 'ISAPI_LOG_LEVEL',
    type: 'choice',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    fallback: 'info',
    about: 'least level that is logged',
  },
  'log.format': {
    variable: 'ISAPI_LOG_FORMAT',
    type: 'choice',
    choices: ['json', 'pretty'],
    fallback: 'terminal',
    about: 'json: a line per event for programs; pretty: for people',
  },
  'log.access': {
    variable: 'ISAPI_ACCESS_LOG',
    type: 'switch',
    fallback: true,
    about: 'log one line per request',
  },
  'log.accessFormat': {
    variable: 'ISAPI_ACCESS_LOG_FORMAT',
    type: 'choice',
    choices: ['json', 'w3c'],
    fallback: 'json',
    about: 'form of these lines; w3c: W3C extended log file, as IIS has it, needs log.accessFile',
  },
  'log.accessFile': {
    variable: 'ISAPI_ACCESS_LOG_FILE',
    type: 'text',
    form: 'file',
    fallback: '',
    about: 'file for these lines; empty: they go to the log',
  },
  telemetry: {
    variable: 'ISAPI_TELEMETRY',
    type: 'switch',
    fallback: false,
    about: 'an OpenTelemetry span per request of an extension; needs @opentelemetry/api and an SDK',
  },
  trustProxy: {
    variable: 'ISAPI_TRUST_PROXY',
    type: 'text',
    form: 'addresses',
    fallback: '',
    about: 'proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; empty: none',
  },
  shutdownTimeoutMs: {
    variable: 'ISAPI_SHUTDOWN_TIMEOUT_MS',
    type: 'whole',
    unit: 'ms',
    min: 0,
    max: 2_147_483_647,
    fallback: 30_000,
    about: 'longest wait for running requests when closing',
  },
  rssMb: {
    variable: 'ISAPI_RSS_MB',
    type: 'whole',
    unit: 'MiB',
    orZero: true,
    min: 64,
    max: 1_048_576,
    fallback: 0,
    about: 'resident memory of a host process above which it is recycled; 0: no limit',
  },
  processes: {
    variable: 'ISAPI_PROCESSES',
    type: 'whole',
    min: 1,
    max: 1024,
    fallback: 1,
    about: 'host processes that share the port, each with threads of its own',
  },
  supervise: {
    variable: 'ISAPI_SUPERVISE',
    type: 'switch',
    fallback: true,
    about: 'start a host process again that dies; off by flag or variable: one process in all',
  },
  hostPingIntervalMs: {
    variable: 'ISAPI_HOST_PING_INTERVAL_MS',
    type: 'whole',
    unit: 'ms',
    min: 0,
    max: 2_147_483_647,
    fallback: 1000,
    about: 'a host process that leaves ten pings in a row unanswered is killed; 0: no pings',
  },
} as const;

/**
 * Every scalar setting there is, by its key in the config file (`pools.*` stands for each pool).
 *
 * The config file's schema, the variables, the flags, `isapi --help`, `isapi config` and the table in
 * docs/operations.md all come from here: a new setting is one row, and its member of `HostConfig`.
 */
export const settings: typeof hostSettings & typeof clientSettings & typeof poolSettings = {
  ...hostSettings,
  ...clientSettings,
  ...poolSettings,
};

/** Key of a setting in the config file, `*` standing for the name of a pool. */
export type SettingKey = keyof typeof settings;
