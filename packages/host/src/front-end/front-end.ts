import { monotonicMs } from '@isapi-host/worker-runtime/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HostConfig } from '../config/host-config.ts';
import type { Pool } from '../dispatch/pool.ts';
import type { NameSpace } from '../name-space/name-space.ts';
import type {
  ExtensionResolution,
  RefusedResolution,
  Resolution,
} from '../name-space/resolution.ts';
import { logAccess } from '../observe/access-log.ts';
import type { Faults } from '../observe/faults.ts';
import type { Logger } from '../observe/logger.ts';
import type { RequestCounts } from '../observe/request-counts.ts';
import { ChildRunner, type RequestOrigin } from './child-runner.ts';
import { frameClassic } from './classic-framing.ts';
import { sendError } from './error-body.ts';
import { ErrorPages } from './error-pages.ts';
import { Exchange, type ExchangeContext, type ExchangeRequest } from './exchange.ts';
import { frame, type FrameAnswer } from './framing.ts';
import { Http1Connection } from './http1-connection.ts';
import { Http1Wire } from './http1-wire.ts';
import { skipEmptyBody } from './raw-head.ts';
import { Responder } from './responder.ts';
import { sendFile } from './static-files.ts';

/** What the front end works with. */
export interface FrontEndParts {
  readonly config: HostConfig;
  readonly nameSpace: NameSpace;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly logger: Logger;
  readonly faults: Faults;
  readonly counts: RequestCounts;
  /** The host is to take no more: every answer closes its connection. */
  readonly isDraining: boolean;
}

/** From a Fastify request to what answers it. */
export class FrontEnd implements ExchangeContext {
  readonly logger: Logger;
  readonly faults: Faults;
  readonly readAheadBytes: number;
  readonly maxBodyBytes: number;
  readonly children: ChildRunner;
  readonly errorPages: ErrorPages;
  readonly #config: HostConfig;
  readonly #nameSpace: NameSpace;
  readonly #pools: ReadonlyMap<string, Pool>;
  readonly #parts: FrontEndParts;
  readonly #frameForProfile: FrameAnswer;
  readonly #counts: RequestCounts;
  #lastConnId = 0;

  constructor(parts: FrontEndParts) {
    const { config, nameSpace, pools, logger, faults, counts } = parts;
    this.#parts = parts;
    this.logger = logger;
    this.faults = faults;
    this.readAheadBytes = config.limits.readAheadBytes;
    this.maxBodyBytes = config.limits.maxBodyBytes;
    this.#config = config;
    this.#nameSpace = nameSpace;
    this.children = new ChildRunner(nameSpace, this);
    this.errorPages = new ErrorPages(config.site.errorPages, this.children);
    this.#frameForProfile = config.profile === 'classic' ? frameClassic : frame;
    this.#pools = pools;
    this.#counts = counts;
  }

  /** The one handler of the one route. */
  readonly handle = (request: FastifyRequest, reply: FastifyReply): unknown => {
    if (this.#parts.isDraining) reply.raw.shouldKeepAlive = false;
    const resolution = this.#nameSpace.resolve(request.raw.url ?? '/', request.method);
    if (!(resolution instanceof Promise)) return this.#answer(request, reply, resolution);
    return resolution.then((found) => this.#answer(request, reply, found));
  };

  // ExchangeContext

  poolOf(name: string): Pool {
    const pool = this.#pools.get(name);
    if (pool === undefined) throw new RangeError(`no pool is named ${name}`);
    return pool;
  }

  nextConnId(): number {
    this.#lastConnId += 1;
    return this.#lastConnId;
  }

  isListed(module: string): boolean {
    return [...this.#nameSpace.extensions.values()].some((entry) => entry.module === module);
  }

  /** How to reach the admin server is not for extensions. */
  configCopy(): Readonly<Record<string, unknown>> {
    const { pools, admin: _, ...rest } = this.#config;
    const copies = Object.keys(pools).map((name) => [name, this.poolCopy(name)]);
    return { ...rest, pools: Object.fromEntries(copies) as unknown };
  }

  /** Values of environment variables may be secrets; their names tell what is set. */
  poolCopy(name: string): Readonly<Record<string, unknown>> {
    const { env, ...rest } = this.#config.pools[name] ?? { env: undefined };
    return { name, ...rest, env: Object.keys(env ?? {}) };
  }

  /** Also an answer to a request that came before the drain closes its connection. */
  readonly #frameAnswer: FrameAnswer = (head, request, bodyBytes) =>
    this.#frameForProfile(
      head,
      this.#parts.isDraining ? { ...request, keepConn: false } : request,
      bodyBytes,
    );

  #answer(request: FastifyRequest, reply: FastifyReply, resolution: Resolution): unknown {
    switch (resolution.kind) {
      case 'extension':
        return this.#exchange(request, reply, resolution);
      case 'file':
        this.#logWhenSent(request, reply, 0);
        return sendFile(request, reply, resolution);
      case 'redirect':
        this.#logWhenSent(request, reply, 0);
        return reply.redirect(resolution.location, 301);
      case 'refused':
        if (this.errorPages.find(resolution.statusCode, resolution.subStatus) !== undefined) {
          return this.#sendErrorPage(request, reply, resolution);
        }
        this.#logWhenSent(request, reply, resolution.subStatus);
        if (resolution.allow !== undefined) void reply.header('allow', resolution.allow);
        return sendError(request, reply, resolution.statusCode);
      default:
        return resolution satisfies never;
    }
  }

  #exchange(request: FastifyRequest, reply: FastifyReply, resolution: ExtensionResolution): void {
    reply.hijack();
    const { raw } = request;
    const started = performance.now();
    const withBody = hasBody(raw.headers);
    if (!withBody) skipEmptyBody(raw);
    const connection = Http1Connection.of(raw.socket);
    const wire = new Http1Wire(reply.raw, this.#frameAnswer);
    const responder = new Responder(raw, wire, () => {
      connection.release(exchange);
      if (responder.isMisframed) this.#reportMisframed(exchange);
      this.#exchangeEnded(exchange, started);
    });
    const of: ExchangeRequest = {
      request: raw,
      connection,
      requestId: request.id,
      remoteAddress: this.#config.trustProxy === '' ? connection.remoteAddress : request.ip,
      resolution,
      url: raw.url ?? '/',
      method: raw.method ?? 'GET',
      hasBody: withBody,
      depth: 0,
    };
    if (!this.errorPages.isEmpty) responder.errorPages = this.errorPages.senderFor(of);
    const exchange = new Exchange(this, of, responder);
    connection.admit(exchange);
  }

  #reportMisframed({ of, extension }: Exchange): void {
    const { requestId, resolution, url } = of;
    const { pool } = resolution.extension;
    this.faults.report('ext.length', { reqId: requestId, extension, pool, url });
  }

  #exchangeEnded(exchange: Exchange, started: number): void {
    const { extension } = exchange.of.resolution;
    this.#counts.count(extension.name, extension.pool, exchange);
    if (this.#config.log.access) this.#logExchange(exchange, started);
  }

  #logExchange(exchange: Exchange, started: number): void {
    const { of, responder, outcome } = exchange;
    const logStatus = outcome?.logStatus ?? 0;
    logAccess(this.logger, {
      reqId: of.requestId,
      method: of.method,
      url: of.url,
      statusCode: exchange.statusCode,
      subStatus: responder.subStatus,
      extension: of.resolution.extension.name,
      pool: of.resolution.extension.pool,
      threadId: exchange.threadId,
      remoteAddress: of.remoteAddress,
      responseTime: rounded(performance.now() - started),
      queueMs: rounded(exchange.queueMs),
      runMs: rounded(exchange.runMs),
      bytesIn: exchange.bytesIn,
      bytesOut: responder.bytesOut,
      keepAlive: !responder.isLast,
      logStatus: logStatus === 0 || logStatus === responder.statusCode ? undefined : logStatus,
      logData: outcome?.logData === '' ? undefined : outcome?.logData,
      logParameter: outcome?.logParameter === '' ? undefined : outcome?.logParameter,
      errorCode: exchange.errorCode,
    });
  }

  /** Answers what nothing answers with the operator's page. */
  #sendErrorPage(request: FastifyRequest, reply: FastifyReply, refused: RefusedResolution): void {
    this.#logWhenSent(request, reply, refused.subStatus);
    reply.hijack();
    const { raw } = request;
    const wire = new Http1Wire(reply.raw, this.#frameAnswer);
    const responder = new Responder(raw, wire, () => undefined);
    const of: RequestOrigin = {
      request: raw,
      connection: Http1Connection.of(raw.socket),
      requestId: request.id,
      remoteAddress: request.ip,
      url: raw.url ?? '/',
      method: raw.method ?? 'GET',
      hasBody: false,
      depth: 0,
    };
    responder.errorPages = this.errorPages.senderFor(of);
    const { statusCode, subStatus, allow } = refused;
    responder.error(statusCode, allow === undefined ? {} : { Allow: allow }, subStatus);
  }

  #logWhenSent(request: FastifyRequest, reply: FastifyReply, subStatus: number): void {
    const started = monotonicMs();
    const { raw } = reply;
    const { socket } = request.raw;
    const bytesBefore = socket.bytesWritten;
    raw.once('close', () => {
      this.#counts.countOwn(raw.statusCode);
      if (!this.#config.log.access) return;
      logAccess(this.logger, {
        reqId: request.id,
        method: request.method,
        url: request.raw.url ?? '/',
        statusCode: raw.statusCode,
        subStatus,
        remoteAddress: request.ip,
        responseTime: rounded(monotonicMs() - started),
        bytesIn: 0,
        bytesOut: socket.bytesWritten - bytesBefore,
        keepAlive: raw.shouldKeepAlive,
      });
    });
  }
}

function hasBody(headers: FastifyRequest['headers']): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
