import type {
  Access,
  AdminConfig,
  ExtensionConfig,
  HostConfig,
  LimitsConfig,
  LogConfig,
  PermissionsConfig,
  PoolConfig,
  ScriptMap,
  SiteConfig,
  TimeoutsConfig,
  TlsConfig,
  WildcardMap,
} from './host-config.ts';

/** All members optional, and `undefined` as good as left out. */
type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** A folder that answers below a URL of its own, as an operator writes it. */
export interface UserVirtualDirectory {
  readonly path: string;
  /** `read` and `script` when left out, as for the root. */
  readonly access?: readonly Access[] | undefined;
}

/** The site, as an operator writes it. */
export interface UserSite extends Loose<Omit<SiteConfig, 'virtualDirectories'>> {
  readonly virtualDirectories?: Readonly<Record<string, UserVirtualDirectory>> | undefined;
}

/** A script map, as an operator writes it: without more, all methods, for files that exist, `full`. */
export interface UserScriptMap extends Loose<Omit<ScriptMap, 'suffix'>> {
  readonly suffix: string;
}

/** An extension, as an operator writes it. Only the module is needed. */
export interface UserExtension extends Loose<
  Omit<ExtensionConfig, 'module' | 'scriptMaps' | 'wildcard'>
> {
  readonly module: string;
  readonly scriptMaps?: readonly UserScriptMap[] | undefined;
  readonly wildcard?: Loose<WildcardMap> | undefined;
}

/** A pool, as an operator writes it. Permissions that are left out are denied. */
export interface UserPool extends Loose<Omit<PoolConfig, 'permissions'>> {
  readonly permissions?: Loose<PermissionsConfig> | undefined;
}

/** What an operator writes in `isapi.config.*`. Relative paths are relative to that file. */
export interface UserConfig {
  /** For editors; not read. */
  readonly $schema?: string | undefined;
  readonly listen?: Loose<HostConfig['listen']> | undefined;
  readonly admin?: Loose<AdminConfig> | undefined;
  readonly tls?: Loose<TlsConfig> | undefined;
  readonly rssMb?: number | undefined;
  readonly processes?: number | undefined;
  readonly supervise?: boolean | undefined;
  readonly hostPingIntervalMs?: number | undefined;
  readonly profile?: HostConfig['profile'] | undefined;
  readonly strictIsapi?: boolean | undefined;
  readonly site?: UserSite | undefined;
  readonly extensions?: Readonly<Record<string, UserExtension>> | undefined;
  readonly unlistedExtensions?: boolean | undefined;
  readonly pools?: Readonly<Record<string, UserPool>> | undefined;
  readonly limits?: Loose<LimitsConfig> | undefined;
  readonly timeouts?: Loose<TimeoutsConfig> | undefined;
  readonly log?: Loose<LogConfig> | undefined;
  readonly cacheExtensions?: boolean | undefined;
  readonly watch?: boolean | undefined;
  readonly exposePassword?: boolean | undefined;
  readonly telemetry?: boolean | undefined;
  readonly trustProxy?: string | undefined;
  readonly shutdownTimeoutMs?: number | undefined;
}

/** Gives an editor the types of a config file: `export default defineConfig({ ... })`. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}
