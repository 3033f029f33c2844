import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Turn } from '@isapi-host/host/internal/front-end/connection';
import { buildKeepLines, frame } from '@isapi-host/host/internal/front-end/framing';
import { Http1Connection } from '@isapi-host/host/internal/front-end/http1-connection';
import { Http1Wire } from '@isapi-host/host/internal/front-end/http1-wire';
import { Responder } from '@isapi-host/host/internal/front-end/responder';
import { closeAfter, type Closing } from './cleanup.ts';

const terms = { frameAnswer: frame, keepLines: buildKeepLines(5000), isClosing: false };

/** A server that answers each request by a Responder. @returns its port */
export async function serveResponder(
  t: Closing,
  respond: (responder: Responder) => void,
  onDone: () => void = () => undefined,
): Promise<number> {
  const server = createServer((request, response) => {
    const connection = Http1Connection.of(request.socket);
    connection.arrive(response);
    const responder = new Responder(request, new Http1Wire(response, connection, terms), () => {
      connection.release(turn);
      onDone();
    });
    const turn: Turn = {
      responder,
      intake: 'over',
      bytesIn: 0,
      start: () => respond(responder),
      clientGone: () => responder.closed(),
      requestFailed: () => undefined,
    };
    connection.admit(turn);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfter(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
