import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

import { leavesOf } from '@isapi-host/host/internal/config/origins';
import {
  resolveConfig,
  type ResolvedConfig,
} from '@isapi-host/host/internal/config/resolve-config';
import { flagOf, rows, settingKeys } from '@isapi-host/host/internal/config/setting';
import type { SettingKey } from '@isapi-host/host/internal/config/settings';

import { folderWith } from './folder.ts';

type Texts = Readonly<Record<string, string>>;

/** A folder that holds no config file; nothing is written to it. */
const emptyFolder = import.meta.dirname;

function resolveTexts(flags: Texts, env: Texts = {}): Promise<ResolvedConfig> {
  return resolveConfig({ flags, env, cwd: emptyFolder });
}

/** A text for a setting that is not its default. */
function otherText(key: SettingKey): string {
  const row = rows[key];
  if (row.type === 'switch') return String(!row.fallback);
  if (row.type === 'choice') return row.choices.at(-1) ?? '';
  if (row.type === 'whole') return String(row.max);
  return otherForms[row.form] ?? '10.0.0.1';
}

const otherForms: Readonly<Record<string, string>> = {
  times: '03:00',
  secret: 'sixteen-letters-or-more',
};

function configError(message: string): object {
  return { name: 'HostError', code: 'ISAPI_ERR_CONFIG', message };
}

test('without flags, variables and file every value is the default', async () => {
  const { config, origins, warnings, file } = await resolveTexts({});

  assert.deepEqual(config, {
    listen: { host: '127.0.0.1', port: 8080 },
    admin: { enabled: true, host: '127.0.0.1', port: 8081, token: '' },
    tls: { key: '', cert: '', ca: '', clientCertificates: 'ignore', http2: true },
    profile: 'modern',
    strictIsapi: false,
    unlistedExtensions: false,
    cacheExtensions: true,
    watch: false,
    exposePassword: false,
    telemetry: false,
    trustProxy: '',
    shutdownTimeoutMs: 30_000,
    processes: 1,
    rssMb: 0,
    supervise: true,
    hostPingIntervalMs: 1000,
    site: {
      name: 'Default Web Site',
      root: join(emptyFolder, 'www'),
      defaultDocuments: ['index.html'],
      virtualDirectories: {},
      errorPages: {},
    },
    extensions: {},
    pools: {
      default: {
        minThreads: 1,
        maxThreads: availableParallelism(),
        sessionsPerThread: 64,
        maxQueue: 1000,
        queueTimeoutMs: 2000,
        idleTimeoutMs: 60_000,
        heapMb: 0,
        externalMb: 1024,
        loadTimeoutMs: 5000,
        requestTimeoutMs: 30_000,
        isolation: 'thread',
        rssMb: 0,
        pingIntervalMs: 1000,
        rapidFailMax: 5,
        rapidFailWindowMs: 300_000,
        recycleRequests: 0,
        recycleAfterMs: 0,
        recycleAt: '',
        permissions: undefined,
        env: undefined,
      },
    },
    limits: {
      readAheadBytes: 49_152,
      readTimeoutMs: 60_000,
      maxBodyBytes: 4_294_967_296,
      maxHeaderBytes: 16_384,
      maxUrlBytes: 8192,
      maxHeaders: 100,
      maxConnections: 0,
      maxStreamResets: 200,
      minBytesPerSecond: 240,
    },
    timeouts: { headersMs: 5000, bodyMs: 10_000, sendMs: 30_000, idleMs: 5000 },
    log: { level: 'info', format: 'json', access: true, accessFormat: 'json', accessFile: '' },
  });
  assert.deepEqual(new Set(origins.values()), new Set(['default']));
  assert.deepEqual({ warnings, file }, { warnings: [], file: undefined });
});

test('every scalar of a config has a row in the table of settings', async () => {
  const { config } = await resolveTexts({});
  const scalars = leavesOf(config)
    .filter(({ value }) => typeof value !== 'object')
    .map(({ path }) => path.join('.').replace(/^pools\.default\./, 'pools.*.'));

  assert.deepEqual(scalars.toSorted(), settingKeys.toSorted());
});

test('every setting can be given by its flag and by its variable', async () => {
  const env = Object.fromEntries(settingKeys.map((key) => [rows[key].variable, otherText(key)]));
  const flags = Object.fromEntries(settingKeys.map((key) => [flagOf(rows[key]), otherText(key)]));

  const fromFlags = await resolveTexts(flags);
  const fromEnv = await resolveTexts({}, env);

  for (const key of settingKeys) {
    const leaf = key.replace('*', 'default');
    assert.equal(fromFlags.origins.get(leaf), `flag --${flagOf(rows[key])}`);
    assert.equal(fromEnv.origins.get(leaf), `env ${rows[key].variable}`);
  }
  assert.deepEqual(fromFlags.config, fromEnv.config);
  assert.deepEqual(fromEnv.warnings, []);
});

test('a flag goes before a variable, a variable before the file, the file before the default', async (t) => {
  const cwd = await folderWith(t, {
    'isapi.config.json': JSON.stringify({
      listen: { host: '10.0.0.3', port: 3 },
      log: { level: 'debug' },
    }),
  });

  const { config, origins } = await resolveConfig({
    flags: { port: '1' },
    env: { ISAPI_PORT: '2', ISAPI_HOST: '10.0.0.2', ISAPI_LOG_FORMAT: '' },
    cwd,
  });

  assert.deepEqual(config.listen, { host: '10.0.0.2', port: 1 });
  assert.deepEqual(
    ['listen.port', 'listen.host', 'log.level', 'log.format'].map((key) => origins.get(key)),
    ['flag --port', 'env ISAPI_HOST', 'file isapi.config.json', 'default'],
  );
});

test('PORT counts when ISAPI_PORT is not set', async () => {
  const withPort = await resolveTexts({}, { PORT: '81' });
  const withBoth = await resolveTexts({}, { PORT: '81', ISAPI_PORT: '82' });
  const withEmpty = await resolveTexts({}, { PORT: '81', ISAPI_PORT: '' });

  assert.deepEqual(
    [withPort, withBoth, withEmpty].map(({ origins }) => origins.get('listen.port')),
    ['env PORT', 'env ISAPI_PORT', 'env PORT'],
  );
  await assert.rejects(
    resolveTexts({}, { PORT: 'http' }),
    configError(
      'invalid configuration: env PORT is "http"; expected a whole number from 0 to 65535',
    ),
  );
});

test('the log is pretty on a terminal, unless something else is said', async () => {
  const cwd = emptyFolder;
  const onTerminal = await resolveConfig({ flags: {}, env: {}, cwd, isTerminal: true });
  const told = await resolveConfig({
    flags: {},
    env: { ISAPI_LOG_FORMAT: 'json' },
    cwd,
    isTerminal: true,
  });

  assert.deepEqual([onTerminal.config.log.format, told.config.log.format], ['pretty', 'json']);
});

test('texts for the pools are the defaults of every pool, and its own values go before them', async (t) => {
  const cwd = await folderWith(t, {
    'isapi.config.json': JSON.stringify({ pools: { front: { maxQueue: 7 } } }),
  });

  const { config, origins, warnings } = await resolveConfig({
    flags: { 'pool-max-queue': '9' },
    env: { ISAPI_POOL_SESSIONS_PER_THREAD: '5' },
    cwd,
  });

  assert.deepEqual(
    Object.entries(config.pools).map(([name, pool]) => [
      name,
      pool.maxQueue,
      pool.sessionsPerThread,
    ]),
    [
      ['default', 9, 5],
      ['front', 7, 5],
    ],
  );
  assert.equal(origins.get('pools.front.maxQueue'), 'file isapi.config.json');
  assert.deepEqual(warnings, []);
});

test('a text that every pool overrules is warned of', async (t) => {
  const cwd = await folderWith(t, {
    'isapi.config.json': JSON.stringify({ pools: { default: { maxThreads: 2 } } }),
  });

  const { warnings } = await resolveConfig({
    flags: {},
    env: { ISAPI_POOL_MAX_THREADS: '9' },
    cwd,
  });

  assert.deepEqual(warnings, [
    'env ISAPI_POOL_MAX_THREADS has no effect: each pool has a maxThreads of its own',
  ]);
});

test('the default of maxThreads follows minThreads, a value that is given does not', async () => {
  const { config } = await resolveTexts({ 'pool-min-threads': '1024' });

  assert.equal(config.pools['default']?.maxThreads, 1024);
  await assert.rejects(
    resolveTexts({ 'pool-min-threads': '5' }, { ISAPI_POOL_MAX_THREADS: '4' }),
    configError(
      'invalid configuration: pools.default.minThreads is 5 (flag --pool-min-threads) and its maxThreads 4 ' +
        '(env ISAPI_POOL_MAX_THREADS); expected minThreads to be no more than maxThreads',
    ),
  );
});

test('an unknown ISAPI_ variable is warned of, with the nearest name', async () => {
  const { warnings } = await resolveTexts(
    {},
    {
      ISAPI_LOG_LEVLE: 'info',
      ISAPI_MAX_THREADS: '4',
      ISAPI_: '',
      ISAPI_CONFIG: '',
      HOME: '/',
      ISAPI_COLOUR: 'red',
    },
  );

  assert.deepEqual(warnings, [
    'env ISAPI_LOG_LEVLE is not a setting and has no effect; did you mean ISAPI_LOG_LEVEL?',
    'env ISAPI_MAX_THREADS is not a setting and has no effect; did you mean ISAPI_POOL_MAX_THREADS?',
    'env ISAPI_ is not a setting and has no effect',
    'env ISAPI_COLOUR is not a setting and has no effect',
  ]);
});

test('the problems of flags, variables and file are told together', async (t) => {
  const cwd = await folderWith(t, {
    'isapi.config.json': '{ "listen": { "prot": 1 }, "extensions": { "a": { "module": "a.js" } } }',
  });

  await assert.rejects(
    resolveConfig({ flags: { port: 'x' }, env: { ISAPI_LOG_LEVEL: 'loud' }, cwd }),
    configError(
      [
        'invalid configuration, 3 problems:',
        '  flag --port is "x"; expected a whole number from 0 to 65535',
        '  env ISAPI_LOG_LEVEL is "loud"; expected one of fatal, error, warn, info, debug, trace, silent',
        '  isapi.config.json: listen.prot is not a setting; did you mean port? (allowed: host, port)',
      ].join('\n'),
    ),
  );
});

test('names that clash are told like any other problem', async (t) => {
  const cwd = await folderWith(t, {
    'isapi.config.json': '{ "extensions": { "a": { "module": "a.js", "pool": "b" } } }',
  });

  await assert.rejects(
    resolveConfig({ flags: {}, env: {}, cwd }),
    configError(
      'invalid configuration: isapi.config.json: extensions.a.pool is "b", not a pool (allowed: default)',
    ),
  );
});
