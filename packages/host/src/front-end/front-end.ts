import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HostConfig } from '../config/host-config.ts';
import type { Pool } from '../dispatch/pool.ts';
import type { NameSpace } from '../name-space/name-space.ts';
import type { ExtensionResolution, Resolution } from '../name-space/resolution.ts';
import type { AccessLog } from '../observe/access-log.ts';
import type { Faults } from '../observe/faults.ts';
import type { Logger } from '../observe/logger.ts';
import type { RequestCounts } from '../observe/request-counts.ts';
import type { RequestSpan, Telemetry } from '../observe/telemetry.ts';
import { ChildRunner } from './child-runner.ts';
import type { Connection } from './connection.ts';
import { frameClassic } from './classic-framing.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { ErrorPages } from './error-pages.ts';
import { Exchange, type ExchangeContext, type ExchangeRequest } from './exchange.ts';
import { forwardedClient, type ForwardedClient } from './forwarded-client.ts';
import { buildKeepLines, frame } from './framing.ts';
import { Http1Connection } from './http1-connection.ts';
import type { Http1Terms } from './http1-wire.ts';
import { judgeHttp2Request } from './http2-rules.ts';
import { openIncoming } from './incoming.ts';
import { logExchange, logPlain } from './log-request.ts';
import { PlainExchange, type PlainResolution } from './plain-exchange.ts';
import { judgeRequest, type OwnAnswer } from './request-rules.ts';
import { buildBlockOf } from './request-source.ts';
import { Responder } from './responder.ts';
import { type ClientRequest, isHttp2 } from './wire.ts';

/** What the front end works with. */
export interface FrontEndParts {
  readonly config: HostConfig;
  readonly nameSpace: NameSpace;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly logger: Logger;
  readonly faults: Faults;
  readonly counts: RequestCounts;
  /** `undefined`: requests are not logged. */
  readonly accessLog: AccessLog | undefined;
  /** `undefined`: requests are not traced. */
  readonly telemetry: Telemetry | undefined;
  /** The host is to take no more: every answer closes its connection. */
  readonly isDraining: boolean;
  /** The host process holds too much memory to take requests. */
  readonly isShedding: boolean;
}

/** A failure of the machine, as too many open files. */
const FAILED: OwnAnswer = { statusCode: 503, headers: { 'Retry-After': '1' } };

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
  readonly #counts: RequestCounts;
  readonly #parts: FrontEndParts;
  readonly #watch: ConnectionWatch;
  readonly #terms: Http1Terms;
  #lastConnId = 0;

  constructor(parts: FrontEndParts) {
    const { config, nameSpace, pools, logger, faults, counts } = parts;
    this.logger = logger;
    this.faults = faults;
    this.readAheadBytes = config.limits.readAheadBytes;
    this.maxBodyBytes = config.limits.maxBodyBytes;
    this.#config = config;
    this.#nameSpace = nameSpace;
    this.children = new ChildRunner(nameSpace, this);
    this.errorPages = new ErrorPages(config.site.errorPages, this.children);
    this.#terms = {
      frameAnswer: config.profile === 'classic' ? frameClassic : frame,
      keepLines: buildKeepLines(config.timeouts.idleMs),
      get isClosing() {
        return parts.isDraining;
      },
    };
    this.#pools = pools;
    this.#counts = counts;
    this.#parts = parts;
    this.#watch = new ConnectionWatch(config, ({ remoteAddress }) => {
      faults.report('req.slow', { remoteAddress });
    });
  }

  /** The one handler of the one route. */
  readonly handle = (request: FastifyRequest, reply: FastifyReply): void => {
    const raw: ClientRequest = request.raw;
    reply.hijack();
    if (!isHttp2(raw)) Http1Connection.of(raw.socket, this.#watch).arrive(reply.raw);
    const { limits } = this.#config;
    const answer =
      (isHttp2(raw) ? judgeHttp2Request(raw, limits) : judgeRequest(raw, limits)) ??
      this.#nameSpace.resolve(raw.url ?? '/', request.method);
    if (!(answer instanceof Promise)) return this.#admit(request, reply, answer);
    answer.then(
      (found) => this.#admit(request, reply, found),
      (error: unknown) => {
        this.logger.error({ reqId: request.id, err: error }, 'file system failed');
        this.#admit(request, reply, FAILED);
      },
    );
  };

  // ExchangeContext

  get isShedding(): boolean {
    return this.#parts.isShedding;
  }

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

  #admit(request: FastifyRequest, reply: FastifyReply, answer: Resolution | OwnAnswer): void {
    if ('kind' in answer && answer.kind === 'extension') this.#exchange(request, reply, answer);
    else this.#answerPlainly(request, reply, answer);
  }

  #exchange(request: FastifyRequest, reply: FastifyReply, resolution: ExtensionResolution): void {
    const { raw } = request;
    const started = performance.now();
    const incoming = openIncoming(raw, reply.raw, this.#terms, this.#watch);
    if (incoming === undefined) return;
    const { connection, wire, hasBody } = incoming;
    const responder = new Responder(raw, wire, () => {
      connection.release(exchange);
      if (responder.isMisframed) this.#reportMisframed(exchange);
      this.#exchangeEnded(exchange, started);
      span?.end(exchange);
    });
    const method = raw.method ?? 'GET';
    // RFC 9110 section 9.3.1: a body that means nothing may be an attempt to hide a request.
    if (hasBody && (method === 'GET' || method === 'HEAD')) responder.keepConn = false;
    const { remoteAddress, secure } = this.#clientOf(request, connection);
    const { telemetry } = this.#parts;
    const span =
      telemetry === undefined
        ? undefined
        : beginSpan(telemetry, raw, resolution, remoteAddress, secure);
    const of: ExchangeRequest = {
      request: raw,
      connection,
      requestId: request.id,
      remoteAddress,
      secure,
      resolution,
      url: raw.url ?? '/',
      method,
      hasBody,
      depth: 0,
      headerBlock: span?.rewrite(buildBlockOf(raw)),
    };
    responder.closesOnFailure = this.#config.profile === 'classic';
    if (!this.errorPages.isEmpty) responder.errorPages = this.errorPages.senderFor(of);
    const exchange = new Exchange(this, of, responder);
    connection.admit(exchange);
  }

  #answerPlainly(request: FastifyRequest, reply: FastifyReply, answer: PlainResolution): void {
    const { raw } = request;
    const started = performance.now();
    const incoming = openIncoming(raw, reply.raw, this.#terms, this.#watch);
    if (incoming === undefined) return;
    const { connection, wire, hasBody } = incoming;
    const { remoteAddress, secure } = this.#clientOf(request, connection);
    const responder = new Responder(raw, wire, () => {
      connection.release(exchange);
      this.#counts.countOwn(responder.statusCode);
      const log = this.#parts.accessLog;
      if (log !== undefined) logPlain(log, request, exchange, { remoteAddress, started });
    });
    const { 'content-length': length = Infinity } = raw.headers;
    if (hasBody) responder.unreadBytes = () => (raw.complete ? 0 : Number(length));
    if (!this.errorPages.isEmpty) {
      responder.errorPages = this.errorPages.senderFor({
        request: raw,
        connection,
        requestId: request.id,
        remoteAddress,
        secure,
        url: raw.url ?? '/',
        method: raw.method ?? 'GET',
        hasBody: false,
        depth: 0,
      });
    }
    const exchange = new PlainExchange(responder, answer);
    connection.admit(exchange);
  }

  #clientOf(request: FastifyRequest, connection: Connection): ForwardedClient {
    return this.#config.trustProxy === '' ? connection : forwardedClient(request, connection);
  }

  #reportMisframed({ of, extension }: Exchange): void {
    const { requestId, resolution, url } = of;
    const { pool } = resolution.extension;
    this.faults.report('ext.length', { reqId: requestId, extension, pool, url });
  }

  #exchangeEnded(exchange: Exchange, started: number): void {
    const { extension } = exchange.of.resolution;
    this.#counts.count(extension.name, extension.pool, exchange);
    const log = this.#parts.accessLog;
    if (log !== undefined) logExchange(log, exchange, started);
  }
}

function beginSpan(
  telemetry: Telemetry,
  { method = 'GET', url = '/', httpVersion, headers }: ClientRequest,
  { extension: { name: extension, pool } }: ExtensionResolution,
  remoteAddress: string,
  secure: boolean,
): RequestSpan {
  const client = { remoteAddress, secure };
  return telemetry.begin({ method, url, httpVersion, headers, ...client, extension, pool });
}
