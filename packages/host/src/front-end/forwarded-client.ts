import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Connection } from './connection.ts';

/** Whom a request is from: of a trusted proxy, the client that it names. */
export interface ForwardedClient {
  readonly remoteAddress: string;
  /** Its connection is encrypted. */
  readonly secure: boolean;
}

/**
 * What a trusted proxy says of its client, as far as it makes sense: the nearest address that is none of a trusted
 * proxy, and the scheme. Fastify has judged whom to trust; from nobody else anything is believed.
 */
export function forwardedClient(request: FastifyRequest, connection: Connection): ForwardedClient {
  const scheme = request.protocol.toLowerCase();
  return {
    remoteAddress: request.ips?.findLast((text) => isIP(text) !== 0) ?? connection.remoteAddress,
    secure: scheme === 'https' || (scheme !== 'http' && connection.secure),
  };
}
