import { dirname, resolve } from 'node:path';

import { poolNames } from './check-names.ts';
import type {
  ExtensionConfig,
  HostConfig,
  LogConfig,
  PermissionsConfig,
  PoolConfig,
  ScriptMap,
  SiteConfig,
  TlsConfig,
} from './host-config.ts';
import { isLoopback } from './loopback.ts';
import type { FoundValue, Origin } from './read-texts.ts';
import { rows, settingKeys } from './setting.ts';
import type { Scalar } from './setting.ts';
import type { SettingGroup, TopSettings } from './setting-value.ts';
import type { SettingKey } from './settings.ts';
import type { UserConfig, UserExtension, UserScriptMap } from './user-config.ts';

/** Everything a config is built from, checked. */
export interface Sources {
  /** What flags and variables say. */
  readonly texts: ReadonlyMap<SettingKey, FoundValue>;
  /** What the config file says, `{}` without one, and what to call it. */
  readonly user: UserConfig;
  readonly userOrigin: Origin;
  /** What relative paths in `user` are relative to; those in `texts` are relative to `cwd`. */
  readonly baseDir: string;
  readonly cwd: string;
  readonly isTerminal: boolean;
  /** CPU cores this process may use. */
  readonly cores: number;
}

/** A config, and the origin of each of its leaves, by key. */
export interface BuiltConfig {
  readonly config: HostConfig;
  readonly origins: ReadonlyMap<string, Origin>;
  readonly problems: readonly string[];
}

/** Puts a config together. A pool's own values go before texts, since these are for every pool. */
export function buildConfig(sources: Sources): BuiltConfig {
  const { user, baseDir } = sources;
  const origins = new Map<string, Origin>();
  const problems: string[] = [];
  const group = <P extends string>(prefix: P, own: object | undefined): SettingGroup<P> =>
    readGroup(
      sources,
      { prefix: `${prefix}.`, own, path: `${prefix}.` },
      origins,
    ) as SettingGroup<P>;

  const pools = poolNames(user).map((name): [string, PoolConfig] => {
    const own = user.pools?.[name];
    const at = { prefix: 'pools.*.', own, path: `pools.${name}.` };
    const values = readGroup(sources, at, origins) as SettingGroup<'pools.*'>;
    const maxThreads = raisedMaxThreads(name, values, origins, problems);
    return [
      name,
      { ...values, maxThreads, permissions: buildPermissions(name, sources), env: own?.env },
    ];
  });
  const admin = group('admin', user.admin);
  problems.push(...unguarded(admin, origins));
  const config: HostConfig = {
    listen: group('listen', user.listen),
    admin,
    tls: buildTls(group('tls', user.tls), sources, origins, problems),
    ...(readGroup(sources, { prefix: '', own: user, path: '' }, origins) as TopSettings),
    site: buildSite(group('site', user.site), sources, origins),
    extensions: mapValues(user.extensions ?? {}, (extension) => buildExtension(extension, baseDir)),
    pools: Object.fromEntries(pools),
    limits: group('limits', user.limits),
    timeouts: group('timeouts', user.timeouts),
    log: buildLog(group('log', user.log), sources, origins, problems),
  };
  return { config, origins, problems };
}

/** A place where settings of the table are read. */
interface Place {
  /** Start of the keys in the table. */
  readonly prefix: string;
  /** Start of the keys in the config. */
  readonly path: string;
  /** What the config file has there. */
  readonly own: object | undefined;
}

function readGroup(
  sources: Sources,
  { prefix, path, own }: Place,
  origins: Map<string, Origin>,
): Readonly<Record<string, Scalar>> {
  const group: Record<string, Scalar> = {};
  for (const key of settingKeys) {
    const name = key.slice(prefix.length);
    if (!key.startsWith(prefix) || name.includes('.')) continue;
    const { value, origin } = find(
      sources,
      key,
      own === undefined ? undefined : Reflect.get(own, name),
    );
    group[name] = value;
    origins.set(path + name, origin);
  }
  return group;
}

function find(sources: Sources, key: SettingKey, own: Scalar | undefined): FoundValue {
  const text = sources.texts.get(key);
  const ownValue: FoundValue | undefined =
    own === undefined ? undefined : { value: own, origin: sources.userOrigin };
  const first = key.startsWith('pools.') ? (ownValue ?? text) : (text ?? ownValue);
  return first ?? { value: fallbackOf(sources, key), origin: 'default' };
}

function fallbackOf({ cores, isTerminal }: Sources, key: SettingKey): Scalar {
  const { fallback } = rows[key];
  if (fallback === 'cores') return Math.max(1, Math.min(cores, 1024));
  if (fallback === 'terminal') return isTerminal ? 'pretty' : 'json';
  return fallback;
}

/** The default of `maxThreads` follows `minThreads` up; a value that somebody gave does not. */
function raisedMaxThreads(
  pool: string,
  { minThreads, maxThreads }: SettingGroup<'pools.*'>,
  origins: ReadonlyMap<string, Origin>,
  problems: string[],
): number {
  if (minThreads <= maxThreads) return maxThreads;
  const maxOrigin = originText(origins, `pools.${pool}.maxThreads`);
  if (maxOrigin === 'default') return minThreads;
  const minOrigin = originText(origins, `pools.${pool}.minThreads`);
  problems.push(
    `pools.${pool}.minThreads is ${minThreads} (${minOrigin}) and its maxThreads ${maxThreads} (${maxOrigin}); ` +
      'expected minThreads to be no more than maxThreads',
  );
  return maxThreads;
}

/** Whoever reaches the admin port can steer the host. */
function unguarded(
  { enabled, host, token }: SettingGroup<'admin'>,
  origins: ReadonlyMap<string, Origin>,
): string[] {
  if (!enabled || token !== '' || isLoopback(host)) return [];
  const origin = origins.get('admin.host') ?? 'default';
  return [
    `admin.host is "${host}" (${origin}) and admin.token is empty; ` +
      'expected a token, or an address that only this machine reaches',
  ];
}

/** Files of TLS with absolute paths. Half of what is needed is a problem: it would look like more safety than there is. */
function buildTls(
  values: SettingGroup<'tls'>,
  sources: Sources,
  origins: ReadonlyMap<string, Origin>,
  problems: string[],
): TlsConfig {
  const { key, cert, ca, clientCertificates } = values;
  if ((key === '') !== (cert === '')) {
    const [given, missing] = key === '' ? ['cert', 'key'] : ['key', 'cert'];
    problems.push(
      `tls.${given} is given (${originText(origins, `tls.${given}`)}) and tls.${missing} is not; expected both or none`,
    );
  }
  if (clientCertificates !== 'ignore' && (key === '' || ca === '')) {
    problems.push(
      `tls.clientCertificates is ${clientCertificates} (${originText(origins, 'tls.clientCertificates')}); ` +
        'expected tls.key, tls.cert and tls.ca with it',
    );
  }
  const absolute = (name: 'key' | 'cert' | 'ca', path: string): string =>
    path === '' ? '' : resolve(folderOf(`tls.${name}`, sources, origins), path);
  return {
    ...values,
    key: absolute('key', key),
    cert: absolute('cert', cert),
    ca: absolute('ca', ca),
  };
}

function originText(origins: ReadonlyMap<string, Origin>, key: string): Origin {
  return origins.get(key) ?? 'default';
}

function buildSite(
  { name, root }: SettingGroup<'site'>,
  sources: Sources,
  origins: ReadonlyMap<string, Origin>,
): SiteConfig {
  const { user, baseDir } = sources;
  const site = user.site ?? {};
  return {
    name,
    root: resolve(folderOf('site.root', sources, origins), root),
    defaultDocuments: site.defaultDocuments ?? ['index.html'],
    virtualDirectories: mapValues(site.virtualDirectories ?? {}, ({ path, access }) => ({
      path: resolve(baseDir, path),
      access: access ?? ['read', 'script'],
    })),
    errorPages: mapValues(site.errorPages ?? {}, (page) =>
      'file' in page ? { file: resolve(baseDir, page.file) } : page,
    ),
  };
}

function buildLog(
  log: SettingGroup<'log'>,
  sources: Sources,
  origins: ReadonlyMap<string, Origin>,
  problems: string[],
): LogConfig {
  const { access, accessFormat, accessFile } = log;
  if (access && accessFormat === 'w3c' && accessFile === '') {
    const origin = origins.get('log.accessFormat') ?? 'default';
    problems.push(
      `log.accessFormat is w3c (${origin}) and log.accessFile is empty; expected a file, since the log is JSON`,
    );
  }
  if (accessFile === '') return log;
  return {
    ...log,
    accessFile: resolve(folderOf('log.accessFile', sources, origins), accessFile),
  };
}

/** What a relative path starts from: that of a flag or variable from where the command was given. */
function folderOf(
  key: SettingKey,
  { baseDir, cwd }: Sources,
  origins: ReadonlyMap<string, Origin>,
): string {
  return /^(flag|env) /.test(origins.get(key) ?? '') ? cwd : baseDir;
}

function buildExtension(extension: UserExtension, baseDir: string): ExtensionConfig {
  const { wildcard } = extension;
  return {
    module: resolve(baseDir, extension.module),
    paths: extension.paths ?? [],
    scriptMaps: (extension.scriptMaps ?? []).map(buildScriptMap),
    wildcard: wildcard && { under: wildcard.under ?? '/', order: wildcard.order ?? 0 },
    pool: extension.pool ?? 'default',
    preload: extension.preload ?? false,
  };
}

function buildScriptMap({ suffix, verbs, fileMustExist, pathInfo }: UserScriptMap): ScriptMap {
  return {
    suffix,
    verbs: (verbs ?? []).map((verb) => verb.toUpperCase()),
    fileMustExist: fileMustExist ?? true,
    pathInfo: pathInfo ?? 'full',
  };
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  build: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, build(value)]));
}

function buildPermissions(pool: string, { user, baseDir }: Sources): PermissionsConfig | undefined {
  const own = user.pools?.[pool]?.permissions;
  if (own === undefined) return undefined;
  const { fsRead = [], fsWrite = [], childProcess = false, worker = false, addons = false } = own;
  const absolute = (path: string): string => (path === '*' ? path : resolve(baseDir, path));
  const modules = Object.values(user.extensions ?? {})
    .filter((extension) => (extension.pool ?? 'default') === pool)
    .map(({ module }) => dirname(resolve(baseDir, module)));
  return {
    fsRead: [...new Set([...fsRead.map(absolute), ...modules])],
    fsWrite: fsWrite.map(absolute),
    childProcess,
    worker,
    addons,
  };
}
