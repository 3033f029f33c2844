import { constants, type ServerHttp2Session } from 'node:http2';
import type { HostConfig, LimitsConfig, TimeoutsConfig } from '../config/host-config.ts';
import type { Faults } from '../observe/faults.ts';
import { FaultTally } from '../observe/fault-tally.ts';
import { type Flood, Http2Session } from './http2-session.ts';

/** Longest time between two looks, ms. */
const LOOK_MS = 1000;
/** What a client sends is weighed over this time, ms. */
const WEIGHED_MS = 10_000;

/** What was seen of a connection. */
interface Sight {
  /** Looks since a request was open. Time would also count when the host itself stood still. */
  idleLooks: number;
  /** Bytes that had moved when something last did, and looks since then. */
  bytesMoved: number;
  stillLooks: number;
  weighedLooks: number;
  /** Its client has been told that it ends. */
  isClosing: boolean;
}

/*
 * Looks after the HTTP/2 connections of a server. One timer for all of them:
 *
 * (1) One without an open request is closed, as with HTTP/1, whatever else its client sends; so is one that has
 *     nothing but answers that do not get out.
 * (2) One whose client sends much that costs and means nothing is ended with ENHANCE_YOUR_CALM: requests that it resets
 *     (CVE-2023-44487) or that are refused, and frames that belong to no request. Node itself bounds settings and pings
 *     that wait to be answered, empty pieces of a body, continuations of headers, and what breaks the protocol.
 */
export class Http2Sessions {
  readonly #limits: LimitsConfig;
  readonly #timeouts: TimeoutsConfig;
  readonly #floods: FaultTally;
  readonly #lookMs: number;
  readonly #sessions: Map<Http2Session, Sight> = new Map();
  #timer: NodeJS.Timeout | undefined;
  #isClosing = false;

  constructor({ limits, timeouts }: HostConfig, faults: Faults) {
    this.#limits = limits;
    this.#timeouts = timeouts;
    this.#floods = new FaultTally(faults, 'conn.flood');
    const shortest = Math.min(timeouts.headersMs, timeouts.idleMs);
    this.#lookMs = Math.max(10, Math.min(LOOK_MS, Math.ceil(shortest / 4)));
  }

  add(node: ServerHttp2Session): void {
    const session = Http2Session.of(node);
    const looks = { idleLooks: 0, stillLooks: 0, weighedLooks: 0 };
    this.#sessions.set(session, { ...looks, bytesMoved: 0, isClosing: false });
    node.once('close', () => this.#sessions.delete(session));
    node.on('stream', (stream) => {
      session.opened(stream, () => this.#weigh(session));
    });
    if (this.#isClosing) node.close();
    this.#timer ??= setInterval(this.#look, this.#lookMs).unref();
  }

  /** Takes no more requests; each connection closes with its last answer. */
  close(): void {
    this.#isClosing = true;
    for (const { node } of this.#sessions.keys()) node.close();
  }

  destroy(): void {
    for (const { node } of this.#sessions.keys()) node.destroy();
  }

  readonly #look = (): void => {
    for (const [session, sight] of this.#sessions) {
      this.#weigh(session);
      sight.weighedLooks += 1;
      if (sight.weighedLooks * this.#lookMs >= WEIGHED_MS) {
        sight.weighedLooks = 0;
        session.beginTime();
      }
      this.#lookForRequests(session, sight);
      this.#lookForBytes(session, sight);
    }
    if (this.#sessions.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  };

  #lookForRequests(session: Http2Session, sight: Sight): void {
    const { node, open, isUsed } = session;
    sight.idleLooks = open > 0 ? 0 : sight.idleLooks + 1;
    // The first look after the last answer may be at any time behind it.
    const idleMs = (sight.idleLooks - 1) * this.#lookMs;
    const { headersMs, idleMs: longest } = this.#timeouts;
    if (open > 0 || idleMs < (isUsed ? longest : headersMs)) return;
    // Not `close`: behind that Node waits for the end of the client, for as long as it likes.
    if (sight.isClosing) node.destroy();
    else node.goaway();
    sight.isClosing = true;
  }

  /**
   * An answer may never get out: behind an error of the protocol Node says GOAWAY, and then neither sends nor closes
   * (Node 20).
   */
  #lookForBytes(session: Http2Session, sight: Sight): void {
    const { node, bytesMoved, isAnswering, open } = session;
    const { sendMs } = this.#timeouts;
    if (node.destroyed || sendMs === 0) return;
    const isStill = open > 0 && !isAnswering && bytesMoved === sight.bytesMoved;
    sight.stillLooks = isStill ? sight.stillLooks + 1 : 0;
    sight.bytesMoved = bytesMoved;
    if (sight.stillLooks * this.#lookMs > sendMs) node.destroy();
  }

  #weigh(session: Http2Session): void {
    if (session.node.destroyed) return;
    const flood = session.flood(this.#limits);
    if (flood !== undefined) this.#end(session, flood);
  }

  #end({ node, ends }: Http2Session, flood: Flood): void {
    this.#floods.add({ remoteAddress: ends.remoteAddress, flood });
    node.destroy(new Error(`flood of ${flood}`), constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }
}
