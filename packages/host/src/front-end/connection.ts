import type { PackedPart } from '@isapi-host/worker-runtime/protocol';
import type { BodyFailure, Intake } from '../control-block/request-body.ts';
import type { Answerer } from './answerer.ts';

/** Why a request did not come whole, though its client is there. */
export type RequestFailure = Exclude<BodyFailure, 'aborted'>;

/** One request as its connection deals with it. */
export interface Turn {
  readonly responder: Pick<Answerer, 'isLast' | 'request'>;
  /** How it stands with the body of its request, and how many bytes of that have come. */
  readonly intake: Intake;
  readonly bytesIn: number;
  start(): void;
  /** The connection closed before the answer was complete. */
  clientGone(): void;
  /** What is missing of the request will not come. In place of `start`, or after it. */
  requestFailed(failure: RequestFailure): void;
}

/** A client connection as its requests see it: HTTP/1's takes them one at a time, HTTP/2's all at once. */
export interface Connection {
  readonly remoteAddress: string;
  /** It is encrypted. */
  readonly secure: boolean;
  /**
   * The connection part of a control block.
   *
   * @param remoteAddress - the client's, which is another one when a trusted proxy names it
   * @param secure - whether the client's connection is encrypted, likewise
   */
  controlBlockPart(remoteAddress: string, secure: boolean): PackedPart;
  /** Starts a turn, now or when those before it are answered. */
  admit(turn: Turn): void;
  /** A turn is answered. */
  release(turn: Turn): void;
}
