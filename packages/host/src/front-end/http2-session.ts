import type { Http2Session as NodeSession, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { LimitsConfig } from '../config/host-config.ts';
import { ConnectionEnds } from './connection-ends.ts';
import type { Turn } from './connection.ts';
import { wasReset } from './cut-stream.ts';

const SESSION = Symbol('session');

interface SessionWithSession extends NodeSession {
  [SESSION]?: Http2Session;
}

/** What a connection has brought since its start. */
interface Account {
  /** Streams that the client has opened. */
  readonly opened: number;
  /** Those of them that came to be requests. */
  readonly requests: number;
  /** Requests that the client gave up before their answer was out. */
  readonly resets: number;
  readonly bytes: number;
  /** Bytes of bodies. */
  readonly bodyBytes: number;
}

/** A client that sends much that is no request, and how. */
export type Flood = 'resets' | 'frames';

/** Bytes that a client may have under way for a body that nobody reads: Node's window of a stream. */
const WINDOW_BYTES = 65_535;
/** Bytes that are of no request, beyond as many as the requests have. nginx: as many, and eight times theirs. */
const SPARE_BYTES = 1024 * 1024;

const NO_SOCKET = { bytesRead: 0, bytesWritten: 0 };

/** An HTTP/2 connection: what its requests have in common, and what it costs the host. */
export class Http2Session {
  readonly node: NodeSession;
  readonly ends: ConnectionEnds;
  /** Streams that are requests and not over. */
  open = 0;
  #requests = 0;
  #resets = 0;
  #bodyBytes = 0;
  readonly #turns: Set<Turn> = new Set();
  #before: Account;

  constructor(node: NodeSession) {
    this.node = node;
    this.ends = new ConnectionEnds(node.socket);
    this.#before = this.#account();
  }

  /** That of Node's session, made when it is asked for the first time. */
  static of(node: NodeSession): Http2Session {
    const known: SessionWithSession = node;
    return (known[SESSION] ??= new Http2Session(node));
  }

  /** Whether a request has ever come. */
  get isUsed(): boolean {
    return this.#requests > 0;
  }

  /** Whether a request is being answered; the answer of one that is open and is not may still be on its way. */
  get isAnswering(): boolean {
    return this.#turns.size > 0;
  }

  /** Bytes that have come and gone. */
  get bytesMoved(): number {
    const { bytesRead, bytesWritten } = this.#socket;
    return bytesRead + bytesWritten;
  }

  /** A session that is destroyed has no socket any more, and throws when it is asked for it. */
  get #socket(): Pick<Socket, 'bytesRead' | 'bytesWritten'> {
    return this.node.destroyed ? NO_SOCKET : this.node.socket;
  }

  /** @param onReset - called when its client has given it up */
  opened(stream: ServerHttp2Stream, onReset: () => void): void {
    this.open += 1;
    this.#requests += 1;
    stream.once('close', () => {
      this.open -= 1;
      if (this.node.destroyed || !wasReset(stream)) return;
      this.#resets += 1;
      onReset();
    });
  }

  admit(turn: Turn): void {
    this.#turns.add(turn);
  }

  release(turn: Turn): void {
    if (this.#turns.delete(turn)) this.#bodyBytes += turn.bytesIn;
  }

  /** From now on a new time is looked at. */
  beginTime(): void {
    this.#before = this.#account();
  }

  /** Whether the client has sent too much in this time that is no request, or that it did not mean. */
  flood({ maxStreamResets, maxHeaderBytes }: LimitsConfig): Flood | undefined {
    const now = this.#account();
    const before = this.#before;
    const requests = now.requests - before.requests;
    const opened = now.opened - before.opened;
    const vain = now.resets - before.resets + Math.max(0, opened - requests);
    if (maxStreamResets > 0 && vain > maxStreamResets) return 'resets';
    const known = now.bodyBytes - before.bodyBytes + opened * (maxHeaderBytes + WINDOW_BYTES);
    return now.bytes - before.bytes > 2 * known + SPARE_BYTES ? 'frames' : undefined;
  }

  #account(): Account {
    const { lastProcStreamID = 0 } = this.node.state;
    let bodyBytes = this.#bodyBytes;
    for (const { bytesIn } of this.#turns) bodyBytes += bytesIn;
    return {
      // Clients number their streams 1, 3, 5, … Not all of them become requests: Node refuses those with bad headers.
      opened: (lastProcStreamID + 1) >> 1,
      requests: this.#requests,
      resets: this.#resets,
      bytes: this.#socket.bytesRead,
      bodyBytes,
    };
  }
}
