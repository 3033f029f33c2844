import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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
    respond(new Responder(request, new Http1Wire(response, connection, terms), onDone));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfter(t, () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
