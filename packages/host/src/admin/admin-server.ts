import { type FastifyError, type FastifyInstance, fastify, type RouteOptions } from 'fastify';
import type { HostError } from '../observe/host-error.ts';
import { sendAdminError, sendNotFound } from './admin-error.ts';
import type { AdminHost } from './admin-host.ts';
import { lookRoutes } from './api/look-routes.ts';
import { poolRoutes } from './api/pool-routes.ts';
import { steerRoutes } from './api/steer-routes.ts';
import { consoleRoutes } from './console/console-routes.ts';
import { listenOptions } from '../supervisor/listen-options.ts';
import { Guard } from './guard.ts';
import { healthRoutes } from './health.ts';
import { Metrics } from './metrics.ts';
import { OtherProcesses } from './other-processes.ts';
import { uncompiledSchemas } from './uncompiled-schemas.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `open`: needs no token. */
    readonly guard?: 'open';
    /** `own`: its answer is that of this host process, and not put together from those of all. */
    readonly covers?: 'own';
  }
}

/** A request of an operator is read within this time, ms. */
const REQUEST_TIMEOUT_MS = 10_000;

/** The server operators look at a host with: health, metrics, the API and the console. It has a port of its own. */
export class AdminServer {
  readonly #host: AdminHost;
  readonly #metrics: Metrics;
  readonly #others: OtherProcesses;
  readonly #server: FastifyInstance;

  constructor(host: AdminHost) {
    this.#host = host;
    this.#metrics = new Metrics(host);
    this.#others = new OtherProcesses(host);
    this.#server = fastify({
      logger: false,
      forceCloseConnections: true,
      requestTimeout: REQUEST_TIMEOUT_MS,
      schemaController: { compilersFactory: uncompiledSchemas },
    });
  }

  /** Listens, on a socket that is bound already if there is one. @returns where */
  async start(socket: object | undefined): Promise<string> {
    const { admin } = this.#host.config;
    await this.#addRoutes();
    this.#others.listen(this.#server);
    return this.#server.listen(listenOptions(admin, socket));
  }

  async close(): Promise<void> {
    this.#metrics.close();
    await this.#server.close();
  }

  async #addRoutes(): Promise<void> {
    const app = this.#server;
    const host = this.#host;
    const guard = new Guard(host.config.admin);
    app.setErrorHandler<FastifyError | HostError>((error, request, reply) =>
      sendAdminError(host.logger, error, request, reply),
    );
    app.setNotFoundHandler(sendNotFound);
    app.addHook('onRequest', async (request) => {
      guard.check(request, request.routeOptions.config.guard ?? 'guarded');
    });
    const routes: RouteOptions[] = [];
    app.addHook('onRoute', (route) => void routes.push(route));
    await app.register(healthRoutes, { host });
    await app.register(consoleRoutes);
    await app.register(this.#metricsRoute.bind(this));
    const prefix = '/api/v1';
    app.addHook('preSerialization', async (request, reply, answer) => {
      const { config, url = '' } = request.routeOptions;
      const isOwn = config.covers === 'own' || !url.startsWith(prefix) || reply.statusCode >= 400;
      return isOwn ? answer : this.#others.join(request, answer);
    });
    await app.register(lookRoutes, { prefix, host, loopDelay: () => this.#metrics.loopDelay });
    await app.register(poolRoutes, { prefix, host });
    await app.register(steerRoutes, { prefix, host });
    let document: Promise<object> | undefined;
    const config = { covers: 'own' } as const;
    app.get(`${prefix}/openapi.json`, { config, schema: { hide: true } }, () => {
      document ??= import('./openapi.ts').then(({ describeRoutes }) => describeRoutes(routes));
      return document;
    });
  }

  async #metricsRoute(app: FastifyInstance): Promise<void> {
    app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
      const { type, text } = await this.#metrics.print();
      return reply.type(type).send(await this.#others.joinMetrics(request, text));
    });
  }
}
