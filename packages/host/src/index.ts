import type { UserConfig } from './config/user-config.ts';
import type { Host } from './host.ts';
import type { DestinationStream } from './observe/logger.ts';

export type { HostConfig } from './config/host-config.ts';
export { defineConfig, type UserConfig } from './config/user-config.ts';
export type { PoolKeeper, Swap } from './dispatch/pool-keeper.ts';
export type {
  PoolReport,
  PoolStatus,
  RequestStatus,
  ThreadStatus,
} from './dispatch/pool-status.ts';
export type { ExtensionFinding, Host, Started } from './host.ts';
export { HostError, type HostErrorCode } from './observe/host-error.ts';

/** Options of `createHost` that are no part of a configuration. */
export interface CreateHostOptions {
  /** Folder that relative paths of the configuration are relative to; the working directory by default. */
  readonly baseDir?: string | undefined;
  /** Takes the log, JSON lines, in place of standard output. */
  readonly logStream?: DestinationStream | undefined;
}

/**
 * Creates a host to embed: no supervisor, no signals. `start` makes it listen, `close` drains it.
 *
 * @param config - as in a config file; flags and variables do not apply
 * @throws HostError `ISAPI_ERR_CONFIG` - a value that is not allowed
 */
export async function createHost(
  config: UserConfig = {},
  options: CreateHostOptions = {},
): Promise<Host> {
  // A program that embeds a host asks for a second port or gets none.
  const user = { admin: { enabled: false }, ...config };
  // Only now: a config file imports this file for `defineConfig`.
  const [{ configFrom }, { Host: HostClass }, { createLogger }] = await Promise.all([
    import('./config/resolve-config.ts'),
    import('./host.ts'),
    import('./observe/logger.ts'),
  ]);
  const resolved = await configFrom(user, options.baseDir ?? '.');
  return new HostClass(resolved, await createLogger(resolved.log, options.logStream));
}
