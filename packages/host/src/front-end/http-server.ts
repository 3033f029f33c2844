import { createServer, Server } from 'node:http';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContextOptions, TLSSocket, TlsOptions } from 'node:tls';
import type { HostConfig } from '../config/host-config.ts';
import type { Faults } from '../observe/faults.ts';
import { connectionLimit } from './connection-limit.ts';
import { tellDrops } from './connection-drops.ts';
import { hearHttp1 } from './http1-events.ts';
import { Http2Sessions } from './http2-sessions.ts';

/** Requests that an HTTP/2 connection may have open at once; more are refused, each alone. */
const MAX_STREAMS = 100;
/** `:method`, `:scheme`, `:authority` and `:path`. */
const PSEUDO_HEADERS = 4;

/** The server that listens: for HTTP/1.1, or over TLS for HTTP/1.1 and HTTP/2 on the same port. */
export class HttpServer {
  /** One for HTTP/2 is not of this class, but has all that Fastify and the host use of it. */
  readonly node: Server;
  readonly #sessions: Http2Sessions;
  /** Those of a server for HTTP/2, whatever goes over them. */
  readonly #sockets: Set<Socket> = new Set();

  constructor(config: HostConfig, faults: Faults) {
    const { tls, limits, timeouts, profile } = config;
    this.#sessions = new Http2Sessions(config, faults);
    if (tls.key === '') this.node = createServer({ noDelay: true });
    else if (tls.http2 && profile === 'modern') this.node = this.#createForHttp2(config);
    else this.node = createHttpsServer(tlsOptions(config));
    this.node.prependListener('secureConnection', holdHalfOpen);
    if (tls.clientCertificates === 'accept') {
      this.node.prependListener('secureConnection', refuseUnproven);
    }
    // As properties, since a server for HTTP/2 does not take all of them as options.
    Object.assign(this.node, {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: checkingInterval(timeouts.headersMs),
      requestTimeout: 0,
      keepAliveTimeout: timeouts.idleMs,
      requireHostHeader: false,
      // A client that sends all it has and then its FIN still waits for the answer. Not in Node's types.
      httpAllowHalfOpen: true,
    });
    const maxConnections = connectionLimit(config);
    if (maxConnections !== undefined) this.node.maxConnections = maxConnections;
    hearHttp1(this.node);
    tellDrops(this.node, faults);
  }

  /** Key and certificate of the handshakes to come; what is connected goes on with the old ones. */
  setSecureContext(context: SecureContextOptions): void {
    (this.node as unknown as Http2SecureServer).setSecureContext(context);
  }

  /** Lets the HTTP/2 connections take no more requests, and close with their last answer. */
  closeSessions(): void {
    this.#sessions.close();
  }

  closeAllConnections(): void {
    this.#sessions.destroy();
    // A session that is closed already leaves its socket to the client.
    for (const socket of this.#sockets) socket.destroy();
    // A server for HTTP/2 has the list of its HTTP/1 connections, but not this method.
    Server.prototype.closeAllConnections.call(this.node);
  }

  #createForHttp2(config: HostConfig): Server {
    const { maxHeaderBytes, maxHeaders } = config.limits;
    const server = createSecureServer({
      ...tlsOptions(config),
      allowHTTP1: true,
      settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: maxHeaderBytes },
      peerMaxConcurrentStreams: MAX_STREAMS,
      maxHeaderListPairs: maxHeaders + PSEUDO_HEADERS,
    });
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('session', (session) => this.#sessions.add(session));
    return server as unknown as Server;
  }
}

/** Key and certificate come with `setSecureContext`. */
function tlsOptions({ tls, timeouts }: HostConfig): TlsOptions & { readonly noDelay: true } {
  return {
    noDelay: true,
    handshakeTimeout: timeouts.headersMs,
    requestCert: tls.clientCertificates !== 'ignore',
    rejectUnauthorized: tls.clientCertificates === 'require',
  };
}

/** As Node does without TLS. With HTTP/2 the end of a connection is not that of one request. */
function holdHalfOpen(socket: TLSSocket): void {
  if (socket.alpnProtocol !== 'h2') socket.allowHalfOpen = true;
}

/** A certificate need not be there, but one that is has to be valid. ISAPI: as IIS from 4 on. */
function refuseUnproven(socket: TLSSocket): void {
  if (!socket.authorized && socket.getPeerX509Certificate() !== undefined) socket.destroy();
}

/** How often Node looks for heads that take too long, ms. */
function checkingInterval(headersMs: number): number {
  return Math.max(10, Math.min(500, Math.ceil(headersMs / 10)));
}
