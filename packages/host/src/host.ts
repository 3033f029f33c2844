import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { type ModuleFinding, monotonicMs } from '@isapi-host/worker-runtime/protocol';
import type * as Fastify from 'fastify';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { AdminServer } from './admin/admin-server.ts';
import { uncompiledSchemas } from './admin/uncompiled-schemas.ts';
import type { HostConfig } from './config/host-config.ts';
import { SERVER_SOFTWARE } from './observe/version.ts';
import { ApplicationPool } from './dispatch/application-pool.ts';
import type { Pool } from './dispatch/pool.ts';
import { PoolKeeper } from './dispatch/pool-keeper.ts';
import { ProcessPool } from './dispatch/process-pool.ts';
import { checkModules } from './dispatch/check-modules.ts';
import { NameSpace } from './name-space/name-space.ts';
import type { AccessLog } from './observe/access-log.ts';
import { openAccessLog } from './observe/open-access-log.ts';
import { openTelemetry, type Telemetry } from './observe/telemetry.ts';
import { FaultCounts } from './observe/fault-counts.ts';
import { Faults } from './observe/faults.ts';
import type { Logger } from './observe/logger.ts';
import { MemoryLimit } from './observe/memory-limit.ts';
import { RecentFaults } from './observe/recent-faults.ts';
import { RequestCounts } from './observe/request-counts.ts';
import { listenOptions } from './supervisor/listen-options.ts';
import { Drain } from './front-end/drain.ts';
import { askOverPipe, type LocalAnswer, type LocalRequest } from './front-end/ask-over-pipe.ts';
import { FrontEnd } from './front-end/front-end.ts';
import { hearClientError } from './front-end/http1-events.ts';
import { HttpServer } from './front-end/http-server.ts';
import { isapiRoutes, soleRoutes } from './front-end/routes.ts';
import { readSecureContext } from './front-end/secure-context.ts';
import type { HostLoad } from './supervisor/messages.ts';
import type { Place, SupervisorLink } from './supervisor/supervisor-link.ts';

/** ISAPI: the verbosity of `HTTP_TRACE_CONFIGURATION`. */
const TRACE_LEVELS = {
  silent: 0,
  fatal: 1,
  error: 2,
  warn: 3,
  info: 4,
  debug: 5,
  trace: 5,
} as const;

/** The parts that answer requests, without a server of their own. */
export class HostCore {
  readonly config: HostConfig;
  readonly logger: Logger;
  readonly faults: Faults;
  readonly counts: RequestCounts = new RequestCounts();
  readonly faultCounts: FaultCounts;
  readonly recentFaults: RecentFaults;
  readonly nameSpace: NameSpace;
  /** Whether load balancers are told to send no more, and every answer closes its connection. */
  isDraining = false;
  /** The pool in place, by name. */
  readonly pools: Map<string, Pool> = new Map();
  readonly keepers: Map<string, PoolKeeper> = new Map();
  readonly frontEnd: FrontEnd;
  #memory: MemoryLimit | undefined;
  accessLog: AccessLog | undefined;
  /** `undefined`: requests are not traced. */
  telemetry: Telemetry | undefined;
  /** Who started this process; `undefined`: it is alone. */
  readonly supervisor: SupervisorLink | undefined;

  constructor(config: HostConfig, logger: Logger, supervisor?: SupervisorLink) {
    this.config = config;
    this.logger = logger;
    this.supervisor = supervisor;
    this.faults = new Faults(logger);
    this.faultCounts = new FaultCounts(this.faults);
    this.recentFaults = new RecentFaults(this.faults);
    this.nameSpace = new NameSpace(config);
    this.frontEnd = new FrontEnd(this);
  }

  /** Starts the threads. */
  async open(): Promise<void> {
    const { config, logger, faults } = this;
    if (config.telemetry) this.telemetry = await openTelemetry(logger);
    this.accessLog = openAccessLog(config.log, config.site.name, logger);
    this.#memory = new MemoryLimit({
      limitMb: config.rssMb,
      faults,
      recycle: this.supervisor && (() => this.supervisor?.recycle('own', 'memory')),
    });
    const drainMs = config.shutdownTimeoutMs;
    const settings = {
      site: this.nameSpace.table,
      profile: config.profile,
      traceLevel: TRACE_LEVELS[config.log.level],
      strictIsapi: config.strictIsapi,
      serverSoftware: SERVER_SOFTWARE,
      cacheExtensions: config.cacheExtensions,
      exposePassword: config.exposePassword,
      readTimeoutMs: config.limits.readTimeoutMs,
    };
    for (const [name, pool] of Object.entries(config.pools)) {
      const extensions = Object.entries(config.extensions).filter(([, of]) => of.pool === name);
      const preload = extensions
        .filter(([, extension]) => extension.preload)
        .map(([extension, { module }]) => ({ name: extension, module }));
      const options = { name, config: pool, limits: config.limits, logger, faults };
      const keeper = new PoolKeeper({
        name,
        config: pool,
        modules: extensions.map(([, { module }]) => module),
        open: (generation) => {
          const opened = { ...options, generation, settings: { ...settings, preload } };
          if (pool.isolation === 'thread') return new ApplicationPool(opened);
          return new ProcessPool({ ...opened, logLevel: config.log.level, drainMs });
        },
        put: (opened) => this.pools.set(name, opened),
        watch: config.watch,
        drainMs,
        logger,
        faults,
      });
      this.keepers.set(name, keeper);
    }
  }

  /** Whether the process holds too much memory to take requests. */
  get isShedding(): boolean {
    return this.#memory?.isShedding ?? false;
  }

  /** Has the pools load what those of a host process before this one have loaded. */
  async warm(load: HostLoad): Promise<void> {
    await Promise.all(
      Object.entries(load).map(async ([name, of]) => {
        await this.keepers.get(name)?.warm(of);
      }),
    );
  }

  /** Whether a request waits for a thread or runs. */
  get isAnswering(): boolean {
    return [...this.pools.values()].some((pool) => pool.report().inFlight > 0);
  }

  /**
   * Lets requests under way end, terminates the extensions, ends the threads.
   *
   * @param deadline - on the monotonic clock, ms; what is left then is cut off
   */
  async close(deadline: number): Promise<void> {
    this.#memory?.close();
    await Promise.all([...this.keepers.values()].map((keeper) => keeper.close(deadline)));
    if (this.keepers.size > 0) this.logger.info('host closed');
    await this.accessLog?.close();
    this.logger.flush();
  }
}

/** What a listed extension says of itself, or what is wrong with it. */
export type ExtensionFinding = ModuleFinding & {
  readonly extension: string;
  readonly module: string;
};

/** Where a host listens. */
export interface Started {
  readonly url: string;
  /** `undefined`: it has no admin server. */
  readonly adminUrl: string | undefined;
}

/** A server that runs extensions. */
export class Host {
  readonly #core: HostCore;
  #fastify: FastifyInstance | undefined;
  readonly #server: HttpServer;
  readonly #drain: Drain;
  #admin: AdminServer | undefined;

  constructor(config: HostConfig, logger: Logger, supervisor?: SupervisorLink) {
    this.#core = new HostCore(config, logger, supervisor);
    this.#server = new HttpServer(config, this.#core.faults);
    this.#drain = new Drain(this.#server.node);
  }

  /** For embedding: add routes and hooks before `start`. */
  get fastify(): FastifyInstance {
    this.#fastify ??= this.#createFastify('compiled');
    return this.#fastify;
  }

  get logger(): Logger {
    return this.#core.logger;
  }

  /** The application pools by name, once it has started: to recycle them, and to see what they do. */
  get pools(): ReadonlyMap<string, PoolKeeper> {
    return this.#core.keepers;
  }

  /** What its pools have loaded. */
  get load(): HostLoad {
    return Object.fromEntries([...this.#core.keepers].map(([name, { load }]) => [name, load]));
  }

  /**
   * Listens.
   *
   * @param place - what the supervisor gives it, with sockets; `undefined`: the host binds its own
   * @returns where
   * @throws HostError `ISAPI_ERR_CONFIG` - key or certificate cannot be used
   */
  async start(place?: Place): Promise<Started> {
    const { listen, tls } = this.#core.config;
    await this.reloadTls();
    const app = await this.#open();
    if (place !== undefined) await this.#core.warm(place.load);
    const sockets = place?.sockets;
    // Fastify does not know of TLS.
    const address = await app.listen(listenOptions(listen, sockets?.listen));
    const url = tls.key === '' ? address : address.replace('http:', 'https:');
    return { url, adminUrl: await this.#startAdmin(sockets?.admin) };
  }

  /**
   * Loads the current files of every extension, in fresh threads; and before them key and certificate, for the
   * connections to come.
   *
   * @throws HostError `ISAPI_ERR_CONFIG` - key or certificate cannot be used; nothing has changed
   */
  async reload(): Promise<void> {
    await this.reloadTls();
    await Promise.all([...this.#core.keepers.values()].map((keeper) => keeper.reload()));
  }

  /**
   * Reads key, certificate and authorities from their files once more, for the connections to come; those that are
   * there go on. When a file cannot be used, nothing changes. Without TLS there is nothing to do.
   *
   * @throws HostError `ISAPI_ERR_CONFIG` - a file cannot be used
   */
  async reloadTls(): Promise<void> {
    const { tls } = this.#core.config;
    if (tls.key !== '') this.#server.setSecureContext(await readSecureContext(tls));
  }

  /**
   * Loads every listed extension without listening.
   *
   * @throws HostError `ISAPI_ERR_CONFIG` - key or certificate cannot be used
   */
  async inspect(): Promise<readonly ExtensionFinding[]> {
    const { tls, extensions } = this.#core.config;
    if (tls.key !== '') await readSecureContext(tls);
    const listed = Object.entries(extensions);
    const findings = await checkModules(listed.map(([, { module }]) => module));
    return findings.map((finding, index) => {
      const [extension = '', { module } = { module: '' }] = listed[index] ?? [];
      return Object.assign({ extension, module }, finding);
    });
  }

  /** Runs one request without listening on a port. */
  async inject(request: LocalRequest): Promise<LocalAnswer> {
    return askOverPipe(await this.#open(), request);
  }

  /**
   * Stops listening, lets requests under way end, terminates the extensions, ends the threads. Whoever is connected
   * has an answer before, and with it the end of the connection.
   */
  async close(): Promise<void> {
    const deadline = monotonicMs() + this.#core.config.shutdownTimeoutMs;
    this.#core.isDraining = true;
    this.#server.closeSessions();
    await this.#drain.run(deadline, () => this.#core.isAnswering);
    const closed = this.#fastify?.close();
    await this.#core.close(deadline);
    // What is connected now has no answer to come: it sends nothing, or not all of a request.
    this.#server.closeAllConnections();
    await closed;
    await this.#admin?.close();
  }

  async #open(): Promise<FastifyInstance> {
    await this.#core.open();
    const routes = this.#fastify === undefined ? soleRoutes : isapiRoutes;
    this.#fastify ??= this.#createFastify('unused');
    await this.#fastify.register(routes, this.#core.frontEnd);
    return this.#fastify;
  }

  /**
   * Fastify takes long to load, and the threads take long to start: it is loaded meanwhile.
   *
   * @param schemas - whether routes are added whose schemas count
   */
  #createFastify(schemas: 'compiled' | 'unused'): FastifyInstance {
    const { config, frontEnd } = this.#core;
    const { fastify } = require('fastify') as typeof Fastify;
    const app = fastify({
      ...fastifyOptions(config, frontEnd, this.#server.node),
      schemaController: schemas === 'compiled' ? {} : { compilersFactory: uncompiledSchemas },
    });
    app.setNotFoundHandler(frontEnd.handle);
    return app;
  }

  /** A host that serves is worth more than one that is watched: without its admin port it goes on. */
  async #startAdmin(socket: object | undefined): Promise<string | undefined> {
    const { config, logger } = this.#core;
    if (!config.admin.enabled) return undefined;
    const { AdminServer } = await import('./admin/admin-server.ts');
    const admin = new AdminServer(this.#core);
    this.#admin = admin;
    try {
      return await admin.start(socket);
    } catch (error) {
      const { host, port } = config.admin;
      logger.error({ host, port, err: error }, 'no admin server: it cannot listen');
      return undefined;
    }
  }
}

const require = createRequire(import.meta.url);

function fastifyOptions(
  config: HostConfig,
  frontEnd: FrontEnd,
  server: Server,
): FastifyServerOptions {
  return {
    serverFactory: (onRequest) => server.on('request', onRequest),
    // The access line is ours: one a request, with thread and queue times.
    logger: false,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    clientErrorHandler: hearClientError,
    // What Fastify finds no route for is answered like everything else.
    frameworkErrors: (_error, request, reply) => frontEnd.handle(request, reply),
    ...(config.trustProxy === '' ? {} : { trustProxy: config.trustProxy }),
  };
}
