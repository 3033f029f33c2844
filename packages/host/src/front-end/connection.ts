import type { Socket } from 'node:net';
import {
  type ConnectionPart,
  type PackedPart,
  packConnection,
} from '@isapi-host/worker-runtime/protocol';
import type { Exchange } from './exchange.ts';

const CONNECTION = Symbol('connection');

interface SocketWithConnection extends Socket {
  [CONNECTION]?: Connection;
}

/** Requests of one connection that may wait behind the one that is answered. */
const MAX_PIPELINED = 100;

/** One client connection: its addresses, and its requests, one at a time and in order. */
export class Connection implements ConnectionPart {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly secure: boolean;
  #active: Exchange | undefined;
  #waiting: Exchange[] = [];
  #socket: Socket;
  #packed: PackedPart | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.remoteAddress = socket.remoteAddress ?? '';
    this.remotePort = socket.remotePort ?? 0;
    this.localAddress = socket.localAddress ?? '';
    this.localPort = socket.localPort ?? 0;
    this.secure = 'encrypted' in socket;
    socket.once('close', () => {
      this.#waiting = [];
      this.#active?.clientGone();
    });
  }

  /** The connection of a socket, made at its first request. */
  static of(socket: Socket): Connection {
    const known = (socket as SocketWithConnection)[CONNECTION];
    if (known !== undefined) return known;
    const connection = new Connection(socket);
    (socket as SocketWithConnection)[CONNECTION] = connection;
    return connection;
  }

  /**
   * The connection part of a control block.
   *
   * @param remoteAddress - the client's, which is another one when a trusted proxy names it
   */
  controlBlockPart(remoteAddress: string): PackedPart {
    if (remoteAddress !== this.remoteAddress) {
      const { remotePort, localAddress, localPort, secure } = this;
      return packConnection({ remoteAddress, remotePort, localAddress, localPort, secure });
    }
    this.#packed ??= packConnection(this);
    return this.#packed;
  }

  /** Starts an exchange, now or when those before it are answered. */
  admit(exchange: Exchange): void {
    if (this.#active === undefined) {
      this.#active = exchange;
      exchange.start();
      return;
    }
    this.#waiting.push(exchange);
    if (this.#waiting.length >= MAX_PIPELINED) this.#socket.pause();
  }

  /** The active exchange is answered. */
  release(exchange: Exchange): void {
    if (this.#active !== exchange) return;
    // What came behind the last request is not answered any more.
    if (exchange.responder.isLast) this.#waiting = [];
    this.#active = this.#waiting.shift();
    if (this.#waiting.length === MAX_PIPELINED - 1) this.#socket.resume();
    this.#active?.start();
  }
}
