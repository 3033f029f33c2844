import type { Socket } from 'node:net';
import type { PackedPart } from '@isapi-host/worker-runtime/protocol';
import { ConnectionEnds } from './connection-ends.ts';
import type { Connection } from './connection.ts';
import type { Exchange } from './exchange.ts';

const CONNECTION = Symbol('connection');

interface SocketWithConnection extends Socket {
  [CONNECTION]?: Http1Connection;
}

/** Requests of one connection that may wait behind the one that is answered. */
const MAX_PIPELINED = 100;

/** An HTTP/1 connection: its requests are answered one at a time and in order. */
export class Http1Connection implements Connection {
  readonly #ends: ConnectionEnds;
  readonly #socket: Socket;
  #active: Exchange | undefined;
  #waiting: Exchange[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#ends = new ConnectionEnds(socket);
    socket.once('close', () => {
      this.#waiting = [];
      this.#active?.clientGone();
    });
  }

  /** The connection of a socket, made at its first request. */
  static of(socket: Socket): Http1Connection {
    const known = (socket as SocketWithConnection)[CONNECTION];
    if (known !== undefined) return known;
    const connection = new Http1Connection(socket);
    (socket as SocketWithConnection)[CONNECTION] = connection;
    return connection;
  }

  get remoteAddress(): string {
    return this.#ends.remoteAddress;
  }

  controlBlockPart(remoteAddress: string): PackedPart {
    return this.#ends.packed(remoteAddress);
  }

  admit(exchange: Exchange): void {
    if (this.#active === undefined) {
      this.#active = exchange;
      exchange.start();
      return;
    }
    this.#waiting.push(exchange);
    if (this.#waiting.length >= MAX_PIPELINED) this.#socket.pause();
  }

  release(exchange: Exchange): void {
    if (this.#active !== exchange) return;
    // What came behind the last request is not answered any more.
    if (exchange.responder.isLast) this.#waiting = [];
    this.#active = this.#waiting.shift();
    if (this.#waiting.length === MAX_PIPELINED - 1) this.#socket.resume();
    this.#active?.start();
  }
}
