import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { closeAfter, type Closing } from './cleanup.ts';

/** A whole answer. */
export interface Http2Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Body as latin1 text. */
  readonly text: string;
  /** How its stream ended: 0 when all is well. */
  readonly rstCode: number;
}

/** A request in short. */
export interface Http2Request {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

/** One client connection of HTTP/2. */
export class Http2Client {
  readonly session: ClientHttp2Session;
  readonly socket: TLSSocket;

  private constructor(session: ClientHttp2Session, socket: TLSSocket) {
    this.session = session;
    this.socket = socket;
  }

  /** @param tls - the authority of the server, and perhaps a certificate of the client's own */
  static async connect(t: Closing, port: number, tls: ConnectionOptions): Promise<Http2Client> {
    const socket = connectTls({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ALPNProtocols: ['h2'],
      ...tls,
    });
    const session = connect(`https://localhost:${port}`, { createConnection: () => socket });
    closeAfter(t, () => session.destroy());
    await once(session, 'connect');
    // A server that goes away is an event of the streams.
    session.on('error', () => undefined);
    return new Http2Client(session, socket);
  }

  /** Begins a request whose body and answer are up to the caller. */
  open(path: string, headers: OutgoingHttpHeaders = {}): ClientHttp2Stream {
    const stream = this.session.request({ ':path': path, ...headers }, { endStream: false });
    // Told by rstCode.
    stream.on('error', () => undefined);
    return stream;
  }

  /** Sends a whole request and reads its answer, or what there is of it when its stream is cut. */
  fetch(
    path: string,
    { method = 'GET', headers = {}, body }: Http2Request = {},
  ): Promise<Http2Answer> {
    const stream = this.open(path, { ':method': method, ...headers });
    stream.end(body);
    return readAnswer(stream);
  }
}

/** Reads the answer of a stream to its end, however that comes. */
export async function readAnswer(stream: ClientHttp2Stream): Promise<Http2Answer> {
  let headers: IncomingHttpHeaders = {};
  const pieces: Buffer[] = [];
  stream.once('response', (received) => {
    headers = received;
  });
  stream.on('data', (piece: Buffer) => {
    pieces.push(piece);
  });
  await new Promise((resolve) => stream.once('close', resolve));
  const body = Buffer.concat(pieces);
  const status = headers[':status'] as unknown as number | undefined;
  return { status, headers, body, text: body.toString('latin1'), rstCode: stream.rstCode ?? 0 };
}
