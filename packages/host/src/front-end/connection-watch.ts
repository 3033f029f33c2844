import type { ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { HostConfig, TimeoutsConfig } from '../config/host-config.ts';
import type { Turn } from './connection.ts';

/** Longest time between two looks, ms. */
const LOOK_MS = 1000;

/** A connection that is looked after. */
export interface WatchedConnection {
  /** What its bytes go over: a socket, or one stream of HTTP/2. */
  readonly carrier: Socket | ServerHttp2Stream;
  readonly remoteAddress: string;
  /** The request that is answered. */
  readonly active: Turn | undefined;
  /** Finds out whether the client is still there, of whom nothing is read. */
  feel(): void;
  /** Ends it, with what its client has not taken. */
  giveUp(): void;
}

/** What was seen of a connection at the last look. */
interface Sight {
  turn: Turn | undefined;
  /** Bytes of a wanted body that had come when a new time began for it. */
  bytesIn: number;
  /** Looks since then. Time would also count when the host itself stood still. */
  looks: number;
  /** Whether the socket's own timer runs, for bytes of the answer. */
  isTimed: boolean;
}

/*
 * Looks after clients that leave or stand still in the middle of a request or an answer. One timer for all of them,
 * so that a request costs nothing:
 *
 * (1) A body that is wanted and does not come, or only drips, is given up.
 * (2) A body that is not wanted yet leaves the socket unread, so nothing tells of a reset: an empty write does.
 * (3) An answer that the client does not take is timed by Node's own timer of the socket or stream, which knows of
 *     bytes that leave in parts.
 */
export class ConnectionWatch {
  readonly #timeouts: TimeoutsConfig;
  readonly #onSlow: (connection: WatchedConnection) => void;
  readonly #lookMs: number;
  /** Bytes that have to come of a wanted body within `bodyMs`. */
  readonly #leastBytes: number;
  readonly #connections = new Map<WatchedConnection, Sight>();
  #timer: NodeJS.Timeout | undefined;

  /** @param onSlow - told of a client that took nothing of its answer for too long */
  constructor(
    { timeouts, limits }: Pick<HostConfig, 'timeouts' | 'limits'>,
    onSlow: (connection: WatchedConnection) => void,
  ) {
    this.#timeouts = timeouts;
    this.#leastBytes = Math.max(1, (limits.minBytesPerSecond * timeouts.bodyMs) / 1000);
    this.#onSlow = onSlow;
    this.#lookMs = lookMs(timeouts);
  }

  /** Looks after a connection until it closes. */
  add(connection: WatchedConnection): void {
    this.#connections.set(connection, { turn: undefined, bytesIn: 0, looks: 0, isTimed: false });
    connection.carrier.once('close', () => this.#connections.delete(connection));
    this.#timer ??= setInterval(this.#look, this.#lookMs).unref();
  }

  readonly #look = (): void => {
    for (const [connection, sight] of this.#connections) {
      const { active } = connection;
      if (active !== undefined) this.#lookAtBody(connection, active, sight);
      this.#lookAtAnswer(connection, sight);
    }
    if (this.#connections.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  };

  #lookAtBody(connection: WatchedConnection, turn: Turn, sight: Sight): void {
    const { intake, bytesIn } = turn;
    const { bodyMs } = this.#timeouts;
    if (intake === 'paused') connection.feel();
    const isMoving = sight.turn !== turn || bytesIn - sight.bytesIn >= this.#leastBytes;
    if (intake !== 'wanted' || isMoving) {
      sight.turn = turn;
      sight.bytesIn = bytesIn;
      sight.looks = 0;
      return;
    }
    sight.looks += 1;
    if (bodyMs > 0 && sight.looks * this.#lookMs >= bodyMs) turn.requestFailed('timeout');
  }

  #lookAtAnswer(connection: WatchedConnection, sight: Sight): void {
    const { carrier } = connection;
    const isStuck = carrier.writableLength > 0 && this.#timeouts.sendMs > 0;
    if (isStuck === sight.isTimed) return;
    sight.isTimed = isStuck;
    if (isStuck) {
      carrier.setTimeout(this.#timeouts.sendMs);
      carrier.prependOnceListener('timeout', () => {
        if (!sight.isTimed || carrier.writableLength === 0) return;
        this.#onSlow(connection);
        connection.giveUp();
      });
    } else if (connection.active !== undefined) {
      // Without a request the timer of a socket is Node's, for the next one.
      carrier.setTimeout(0);
    }
  }
}

/** Often enough for the shortest timeout. */
function lookMs({ bodyMs, sendMs }: TimeoutsConfig): number {
  const shortest = Math.min(bodyMs > 0 ? bodyMs : Infinity, sendMs > 0 ? sendMs : Infinity);
  return Math.max(10, Math.min(LOOK_MS, Math.ceil(shortest / 4)));
}
