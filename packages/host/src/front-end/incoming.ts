import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { Connection } from './connection.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import { Http1Connection } from './http1-connection.ts';
import { type Http1Terms, Http1Wire } from './http1-wire.ts';
import { Http2Connection } from './http2-connection.ts';
import { Http2Wire } from './http2-wire.ts';
import { skipEmptyBody } from './raw-head.ts';
import { isHttp2, type Wire } from './wire.ts';

/** Where a request came from, and the way back. */
export interface Incoming {
  readonly connection: Connection;
  readonly wire: Wire;
  readonly hasBody: boolean;
}

/**
 * Opens a request of either version. Fastify gives the objects of HTTP/2 under the types of HTTP/1.
 *
 * @param terms - for HTTP/1
 * @param watch - looks after a stream of HTTP/2; a connection of HTTP/1 has it from its first request on
 * @returns `undefined` when its stream is over: there is nobody to answer
 */
export function openIncoming(
  request: IncomingMessage,
  response: ServerResponse,
  terms: Http1Terms,
  watch: ConnectionWatch,
): Incoming | undefined {
  if (isHttp2(request)) {
    const connection = Http2Connection.of(request.stream, watch);
    if (connection === undefined) return undefined;
    const wire = new Http2Wire(response as unknown as Http2ServerResponse);
    return { connection, wire, hasBody: !request.stream.endAfterHeaders };
  }
  const hasBody = announcesBody(request);
  if (!hasBody) skipEmptyBody(request);
  const connection = Http1Connection.of(request.socket);
  return { connection, wire: new Http1Wire(response, connection, terms), hasBody };
}

function announcesBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
