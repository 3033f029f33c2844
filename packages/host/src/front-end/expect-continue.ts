import type { Server } from 'node:http';

const WAITS: unique symbol = Symbol('waits for 100 Continue');

/** A response of HTTP/1 or HTTP/2. */
interface WaitingResponse {
  [WAITS]?: boolean;
  writeContinue(): unknown;
}

/** Leaves the answer to `Expect: 100-continue` to us: Node would send it before the URL is even looked at. */
export function holdContinue(server: Server): void {
  server.on('checkContinue', (request, response: WaitingResponse) => {
    response[WAITS] = true;
    server.emit('request', request, response);
  });
}

/** Asks the client for its body, if it waits to be asked. */
export function sendContinue(response: WaitingResponse): void {
  if (response[WAITS] !== true) return;
  response[WAITS] = false;
  response.writeContinue();
}

/** Whether the client may have kept its body back: what comes next on the connection is then not clear. */
export function waitsForContinue(response: WaitingResponse): boolean {
  return response[WAITS] === true;
}
