import type { PackedPart } from '@isapi-host/worker-runtime/protocol';
import type { Exchange } from './exchange.ts';

/** A client connection as its exchanges see it: HTTP/1's takes them one at a time, HTTP/2's all at once. */
export interface Connection {
  readonly remoteAddress: string;
  /**
   * The connection part of a control block.
   *
   * @param remoteAddress - the client's, which is another one when a trusted proxy names it
   */
  controlBlockPart(remoteAddress: string): PackedPart;
  /** Starts an exchange, now or when those before it are answered. */
  admit(exchange: Exchange): void;
  /** An exchange is answered. */
  release(exchange: Exchange): void;
}
