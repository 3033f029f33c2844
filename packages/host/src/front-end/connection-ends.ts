import type { Socket } from 'node:net';
import {
  type ConnectionPart,
  type PackedPart,
  packConnection,
} from '@isapi-host/worker-runtime/protocol';

/** The two ends of a connection, as control blocks tell of them. */
export class ConnectionEnds implements ConnectionPart {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly secure: boolean;
  #packed: PackedPart | undefined;

  constructor(socket: Socket) {
    this.remoteAddress = socket.remoteAddress ?? '';
    this.remotePort = socket.remotePort ?? 0;
    this.localAddress = socket.localAddress ?? '';
    this.localPort = socket.localPort ?? 0;
    this.secure = 'encrypted' in socket;
  }

  /** Packed once, but for clients that a trusted proxy names. */
  packed(remoteAddress: string): PackedPart {
    if (remoteAddress !== this.remoteAddress) {
      const { remotePort, localAddress, localPort, secure } = this;
      return packConnection({ remoteAddress, remotePort, localAddress, localPort, secure });
    }
    this.#packed ??= packConnection(this);
    return this.#packed;
  }
}
