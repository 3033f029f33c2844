import type { ServerHttp2Stream } from 'node:http2';
import type { PackedPart } from '@isapi-host/worker-runtime/protocol';
import type { ConnectionWatch, WatchedConnection } from './connection-watch.ts';
import type { Connection, Turn } from './connection.ts';
import { cutStream } from './cut-stream.ts';
import { Http2Session } from './http2-session.ts';

/** What one stream has of its HTTP/2 connection: the ends are all streams' own, its exchange is the only one. */
export class Http2Connection implements Connection, WatchedConnection {
  readonly carrier: ServerHttp2Stream;
  active: Turn | undefined;
  readonly #session: Http2Session;

  constructor(stream: ServerHttp2Stream, session: Http2Session) {
    this.carrier = stream;
    this.#session = session;
  }

  /** @returns `undefined` when the stream is over: there is nobody to answer */
  static of(stream: ServerHttp2Stream, watch: ConnectionWatch): Http2Connection | undefined {
    const { session } = stream;
    if (session === undefined || session.destroyed) return undefined;
    const connection = new Http2Connection(stream, Http2Session.of(session));
    if (!stream.closed) watch.add(connection);
    return connection;
  }

  get remoteAddress(): string {
    return this.#session.ends.remoteAddress;
  }

  get secure(): boolean {
    return this.#session.ends.secure;
  }

  controlBlockPart(remoteAddress: string, secure: boolean): PackedPart {
    return this.#session.ends.packed(remoteAddress, secure);
  }

  admit(turn: Turn): void {
    const { carrier } = this;
    this.active = turn;
    this.#session.admit(turn);
    if (carrier.closed) return this.#gone();
    // This comes before the end of a body that is cut short, but not once the answer is ending.
    carrier.once('aborted', () => this.#gone());
    carrier.once('close', () => {
      if (!carrier.writableFinished) this.#gone();
    });
    turn.start();
  }

  release(turn: Turn): void {
    this.active = undefined;
    this.#session.release(turn);
  }

  feel(): void {
    // Its connection is always read: that its client has left is told by a frame, or by the end of all.
  }

  giveUp(): void {
    cutStream(this.carrier);
  }

  #gone(): void {
    const turn = this.active;
    if (turn === undefined) return;
    this.release(turn);
    turn.clientGone();
  }
}
