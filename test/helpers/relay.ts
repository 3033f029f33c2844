import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { closeAfter, type Closing } from './cleanup.ts';

/** A port that stays while the server behind it comes and goes. */
export class Relay {
  readonly url: string;
  readonly #sockets: Set<Socket>;
  readonly #target: { port: number };

  private constructor(url: string, sockets: Set<Socket>, target: { port: number }) {
    this.url = url;
    this.#sockets = sockets;
    this.#target = target;
  }

  static async open(t: Closing): Promise<Relay> {
    const sockets = new Set<Socket>();
    const target = { port: 0 };
    const server = createServer((near) => {
      sockets.add(near);
      near.once('close', () => sockets.delete(near));
      near.on('error', () => near.destroy());
      if (target.port === 0) {
        near.destroy();
        return;
      }
      const far = connect(target.port, '127.0.0.1');
      far.on('error', () => near.destroy());
      far.once('close', () => near.destroy());
      near.once('close', () => far.destroy());
      near.pipe(far).pipe(near);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const relay = new Relay(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      sockets,
      target,
    );
    closeAfter(t, () => {
      relay.detach();
      server.close();
    });
    return relay;
  }

  /** Connections from now on go to this server. */
  attach(url: string): void {
    this.#target.port = Number(new URL(url).port);
  }

  /** Ends every connection, and those to come at once. */
  detach(): void {
    this.#target.port = 0;
    for (const socket of this.#sockets) socket.destroy();
  }
}
