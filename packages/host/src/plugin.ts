import { monotonicMs } from '@isapi-host/worker-runtime/protocol';
import type { FastifyPluginAsync } from 'fastify';
import { configFrom } from './config/resolve-config.ts';
import type { UserConfig } from './config/user-config.ts';
import { isapiRoutes } from './front-end/routes.ts';
import { HostCore } from './host.ts';
import { createLogger } from './observe/logger.ts';

/** Options of the plugin: a configuration, less what concerns listening. */
export interface IsapiHostOptions extends Omit<UserConfig, 'listen' | 'admin'> {
  /** Folder that relative paths are relative to; the working directory by default. */
  readonly baseDir?: string | undefined;
}

/** Options that Fastify reads itself and hands on to the plugin. */
const FASTIFY_OWN = new Set(['prefix', 'logLevel', 'logSerializers']);

/**
 * An isapi-host inside a Fastify application of your own: `app.register(isapiHost, { extensions: { ... } })`. It
 * answers every URL that no other route of the application answers, and closes with it.
 *
 * It has an encapsulated context of its own: content type parsers and hooks outside are not touched.
 */
const isapiHost: FastifyPluginAsync<IsapiHostOptions> = async (fastify, options) => {
  const { baseDir = '.', ...rest } = options;
  const user = Object.fromEntries(Object.entries(rest).filter(([key]) => !FASTIFY_OWN.has(key)));
  const config = await configFrom(user, baseDir);
  const core = new HostCore(config, await createLogger(config.log, undefined));
  await core.open();
  fastify.addHook('preClose', async () => {
    core.isDraining = true;
  });
  fastify.addHook('onClose', () => core.close(monotonicMs() + config.shutdownTimeoutMs));
  await fastify.register(isapiRoutes, core.frontEnd);
};

export default isapiHost;
