import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import {
  type ConnectionPart,
  type PackedPart,
  packConnection,
  type TlsPart,
} from '@isapi-host/worker-runtime/protocol';

/** The two ends of a connection, as control blocks tell of them. */
export class ConnectionEnds implements ConnectionPart {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly secure: boolean;
  readonly #tls: TlsPart | undefined;
  #packed: PackedPart | undefined;

  constructor(socket: Socket) {
    this.remoteAddress = socket.remoteAddress ?? '';
    this.remotePort = socket.remotePort ?? 0;
    this.localAddress = socket.localAddress ?? '';
    this.localPort = socket.localPort ?? 0;
    this.secure = socket instanceof TLSSocket;
    this.#tls = socket instanceof TLSSocket ? tlsPartOf(socket) : undefined;
  }

  /**
   * Packed once, but for clients that a trusted proxy names: of such, the certificates are the proxy's, and not told.
   */
  packed(remoteAddress: string, secure: boolean): PackedPart {
    if (remoteAddress !== this.remoteAddress || secure !== this.secure) {
      const { remotePort, localAddress, localPort } = this;
      return packConnection({ remoteAddress, remotePort, localAddress, localPort, secure });
    }
    this.#packed ??= packConnection(this, this.#tls);
    return this.#packed;
  }
}

/** A server has a certificate, but for a socket that is closed by now. */
function tlsPartOf(socket: TLSSocket): TlsPart | undefined {
  const serverCertificate = socket.getX509Certificate()?.raw;
  if (serverCertificate === undefined) return undefined;
  return {
    cipherSuite: socket.getCipher().standardName,
    serverCertificate,
    clientCertificate: socket.getPeerX509Certificate()?.raw,
  };
}
