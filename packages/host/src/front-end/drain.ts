import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'node:net';
import { monotonicMs } from '@isapi-host/worker-runtime/protocol';

/** A connection may be idle this long when the drain begins and still send a request that is answered, ms. */
const IDLE_GRACE_MS = 200;
/** A connection that stopped in the middle of a request is given up after this long, ms. */
const STALLED_MS = 1000;
const LOOK_MS = 50;
/** Most connections that are taken in from the kernel's backlog; Node asks for one of 511. */
const MAX_BACKLOG = 1024;

/*
 * How a server stops without dropping a request. Answers carry `Connection: close` by then; the front end sees to that.
 *
 * (1) Who waits in the kernel's backlog is taken in before the socket closes: closing it would reset them.
 * (2) A connection that answers something closes by that answer. One that is idle gets a while for a request that is
 *     on its way, then it is closed.
 * (3) A request that is being answered keeps its connection; one that does not arrive further does not.
 *
 * Node's own `close` would close idle connections at once, with requests on their way to them.
 */
export class Drain {
  readonly #server: HttpServer;
  readonly #sockets: Set<Socket> = new Set();

  constructor(server: HttpServer) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /**
   * Stops listening, and settles when no connection is left that waits for an answer.
   *
   * @param deadline - on the monotonic clock, ms; what is left then is left open
   * @param isAnswering - whether any request is still being answered
   */
  async run(deadline: number, isAnswering: () => boolean): Promise<void> {
    if (!this.#server.listening) return;
    await this.#takeBacklog();
    await new Promise<void>((resolve) => {
      const began = monotonicMs();
      let movedAt = began;
      let movedBefore = 0;
      const look = (): void => {
        const now = monotonicMs();
        const moved = this.#bytesMoved();
        if (moved !== movedBefore || isAnswering()) movedAt = now;
        movedBefore = moved;
        if (now - began >= IDLE_GRACE_MS) this.#closeIdle();
        if (now >= deadline || now - movedAt >= STALLED_MS) done();
      };
      const timer = setInterval(look, LOOK_MS);
      const done = (): void => {
        clearInterval(timer);
        resolve();
      };
      // Not `this.#server.close`, see above. Calls back when the last connection has closed.
      Server.prototype.close.call(this.#server, done);
    });
  }

  async #takeBacklog(): Promise<void> {
    let accepted = 0;
    const count = (): void => {
      accepted += 1;
    };
    this.#server.on('connection', count);
    for (let turns = 0; turns < MAX_BACKLOG; turns++) {
      const before = accepted;
      // One turn of the event loop takes in one connection; between two immediates lies a whole one.
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      if (accepted === before) break;
    }
    this.#server.off('connection', count);
  }

  #closeIdle(): void {
    this.#server.closeIdleConnections();
    // Node counts a connection that has sent nothing yet as one that sends a request.
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  #bytesMoved(): number {
    let bytes = 0;
    for (const { bytesRead, bytesWritten } of this.#sockets) bytes += bytesRead + bytesWritten;
    return bytes;
  }
}
