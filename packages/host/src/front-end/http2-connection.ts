import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import type { PackedPart } from '@isapi-host/worker-runtime/protocol';
import { ConnectionEnds } from './connection-ends.ts';
import type { Connection, Turn } from './connection.ts';

const ENDS = Symbol('ends');

interface SessionWithEnds extends Http2Session {
  [ENDS]?: ConnectionEnds;
}

/** What one stream has of its HTTP/2 connection: the ends are all streams' own, its exchange is the only one. */
export class Http2Connection implements Connection {
  readonly #ends: ConnectionEnds;
  readonly #stream: ServerHttp2Stream;
  #active: Turn | undefined;

  constructor(stream: ServerHttp2Stream, ends: ConnectionEnds) {
    this.#stream = stream;
    this.#ends = ends;
  }

  /** @returns `undefined` when the stream is over: there is nobody to answer */
  static of(stream: ServerHttp2Stream): Http2Connection | undefined {
    const session: SessionWithEnds | undefined = stream.session;
    if (session === undefined || session.destroyed) return undefined;
    session[ENDS] ??= new ConnectionEnds(session.socket);
    return new Http2Connection(stream, session[ENDS]);
  }

  get remoteAddress(): string {
    return this.#ends.remoteAddress;
  }

  get secure(): boolean {
    return this.#ends.secure;
  }

  controlBlockPart(remoteAddress: string, secure: boolean): PackedPart {
    return this.#ends.packed(remoteAddress, secure);
  }

  admit(turn: Turn): void {
    this.#active = turn;
    if (this.#stream.closed) return this.#gone();
    // This comes before the end of a body that is cut short, but not once the answer is ending.
    this.#stream.once('aborted', () => this.#gone());
    this.#stream.once('close', () => {
      if (!this.#stream.writableFinished) this.#gone();
    });
    turn.start();
  }

  release(): void {
    this.#active = undefined;
  }

  #gone(): void {
    const turn = this.#active;
    this.#active = undefined;
    turn?.clientGone();
  }
}
