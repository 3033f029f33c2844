import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { holdContinue } from './expect-continue.ts';
import { Http1Connection } from './http1-connection.ts';

/** Takes from Node the answers that it would give by itself to some requests. */
export function hearHttp1(server: Server): void {
  holdContinue(server);
  server.on('checkExpectation', (request, response) => {
    server.emit('request', request, response);
  });
  server.on('connect', (_request, socket: Duplex) => {
    // Node has let go of it, and an error that nobody hears would end the process.
    socket.on('error', () => socket.destroy());
    Http1Connection.of(socket as Socket).endRequests(405);
  });
}

/** Statuses of what Node says of bytes that are no request, by its code; everything else is 400. */
const STATUSES: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_INVALID_VERSION: 505,
};

/** Bytes behind a request that said it is the last. They are dropped. */
const EXCESS = 'HPE_CLOSED_CONNECTION';

/** What Node tells of a connection: bytes that are no request, a head that takes too long, a failed socket. */
export function hearClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  const code = error.code ?? '';
  if (!code.startsWith('HPE_') && !code.startsWith('ERR_HTTP_')) socket.destroy();
  else if (code === EXCESS) Http1Connection.of(socket).dropExcess();
  else Http1Connection.of(socket).endRequests(STATUSES[code] ?? 400);
}
