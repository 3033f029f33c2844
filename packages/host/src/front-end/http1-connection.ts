import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { PackedPart } from '@isapi-host/worker-runtime/protocol';
import { bareError } from './bare-error.ts';
import { ConnectionEnds } from './connection-ends.ts';
import type { ConnectionWatch, WatchedConnection } from './connection-watch.ts';
import type { Connection, Turn } from './connection.ts';
import { lingerClose } from './linger.ts';
import { pauseRequests, resumeRequests } from './pause-requests.ts';
import { setLast } from './raw-head.ts';
import { ALLOW } from './request-rules.ts';

const CONNECTION = Symbol('connection');

interface SocketWithConnection extends Socket {
  [CONNECTION]?: Http1Connection;
}

/** Requests of one connection that may wait behind the one that is answered. */
const MAX_PIPELINED = 100;

/*
 * An HTTP/1 connection: its requests are answered one at a time and in the order in which they came.
 *
 * (1) A request arrives, is admitted once it is known what answers it, starts when those before it are answered, and
 *     is released.
 * (2) After the first bytes that are no request nothing is read. What came before is answered; then the error is
 *     told, in place of the answer of a request that did not come whole, else as an answer of its own.
 * (3) Once an answer is to be the last, nothing behind it starts, and nothing else is said.
 */
export class Http1Connection implements Connection, WatchedConnection {
  readonly carrier: Socket;
  active: Turn | undefined;
  readonly #ends: ConnectionEnds;
  /** Requests that have arrived and are not released, in their order. */
  #line: IncomingMessage[] = [];
  /** Turns that were admitted, and are not the first in line. */
  #waiting: Turn[] = [];
  /** The response to the request that arrived last. */
  #newest: ServerResponse | undefined;
  /** Status to close with. */
  #error: number | undefined;
  #isClosing = false;
  #hasExcess = false;

  constructor(socket: Socket) {
    this.carrier = socket;
    this.#ends = new ConnectionEnds(socket);
    socket.once('close', () => {
      this.#isClosing = true;
      this.#waiting = [];
      this.active?.clientGone();
    });
  }

  /** The connection of a socket, made at its first request and looked after from then on. */
  static of(socket: Socket, watch?: ConnectionWatch): Http1Connection {
    const known = (socket as SocketWithConnection)[CONNECTION];
    if (known !== undefined) return known;
    const connection = new Http1Connection(socket);
    watch?.add(connection);
    (socket as SocketWithConnection)[CONNECTION] = connection;
    return connection;
  }

  get remoteAddress(): string {
    return this.#ends.remoteAddress;
  }

  /** Whether nobody waits behind the request that is answered. */
  get isLastInLine(): boolean {
    return this.#line.length <= 1;
  }

  get secure(): boolean {
    return this.#ends.secure;
  }

  controlBlockPart(remoteAddress: string, secure: boolean): PackedPart {
    return this.#ends.packed(remoteAddress, secure);
  }

  /** A request has come, and will be admitted. */
  arrive(response: ServerResponse): void {
    this.#line.push(response.req);
    this.#newest = response;
    if (this.#line.length > MAX_PIPELINED) pauseRequests(this.carrier);
  }

  admit(turn: Turn): void {
    if (this.#isClosing) return;
    if (turn.responder.request === this.#line[0]) this.#start(turn);
    else this.#waiting.push(turn);
  }

  release(turn: Turn): void {
    if (this.active !== turn) return;
    this.active = undefined;
    this.#line.shift();
    if (turn.responder.isLast) {
      // What came behind the last request is not answered any more.
      this.#isClosing = true;
      this.#waiting = [];
      return;
    }
    if (this.#line.length === MAX_PIPELINED) resumeRequests(this.carrier);
    if (this.#line.length > 0) this.#startNext(this.#line[0]);
    else if (this.#error !== undefined) this.#tellError(this.#error);
  }

  feel(): void {
    if (this.carrier.writableLength === 0) this.carrier.write('');
  }

  giveUp(): void {
    this.carrier.destroy();
  }

  /** An answer is to be the last: closes when it is out, in a way that lets the client read it. */
  closeAfter(response: ServerResponse, asked: 'by-client' | 'by-host'): void {
    this.#isClosing = true;
    const { req } = response;
    // A client that has said its last request, and all of it, sends nothing more: Node may close at once.
    if (asked === 'by-client' && req.complete && !this.#hasExcess) return;
    setLast(response, false);
    response.once('finish', () => lingerClose(this.carrier));
  }

  /** Bytes came behind a request that said it is the last. */
  dropExcess(): void {
    this.#hasExcess = true;
  }

  /** What comes now is no request, or comes too slowly. */
  endRequests(statusCode: number): void {
    if (this.#error !== undefined) return;
    this.#error = statusCode;
    const active = this.active;
    if (active !== undefined && this.#isCutShort(active)) this.#fail(active);
    else if (this.#line.length === 0 && !this.#isClosing) this.#tellError(statusCode);
  }

  /** Starts the first in line, if it is known what answers it; else it starts when it is admitted. */
  #startNext(first: IncomingMessage | undefined): void {
    const index = this.#waiting.findIndex(({ responder }) => responder.request === first);
    const [next] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (next !== undefined) this.#start(next);
  }

  #start(turn: Turn): void {
    this.active = turn;
    if (this.#error !== undefined && this.#isCutShort(turn)) this.#fail(turn);
    else turn.start();
  }

  #fail(turn: Turn): void {
    turn.requestFailed(this.#error === 408 ? 'timeout' : 'malformed');
  }

  /** Whether the bytes that were no request stood where the rest of this one should be. */
  #isCutShort(turn: Turn): boolean {
    const { req } = this.#newest ?? {};
    return req !== undefined && turn.responder.request === req && !req.complete;
  }

  #tellError(statusCode: number): void {
    this.#isClosing = true;
    const tell = (): void => {
      const socket = this.carrier;
      if (socket.writable) socket.write(bareError(statusCode, statusCode === 405 ? ALLOW : {}));
      lingerClose(socket);
    };
    const newest = this.#newest;
    if (newest === undefined || newest.writableFinished) tell();
    else newest.once('finish', tell);
  }
}
