import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { closeAfter, type Closing } from './cleanup.ts';

/** A response as it stood on the wire, taken apart by the letter of RFC 9112. */
export interface RawResponse {
  readonly statusCode: number;
  readonly reason: string;
  /** Status line and header lines as they were, empty line included. */
  readonly head: string;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Body as latin1 text. */
  readonly text: string;
  /** What told where the body ends. */
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  /** Sizes of the chunks. */
  readonly chunks: readonly number[];
}

/** The connection ended inside a response. */
export class CutError extends Error {
  override readonly name = 'CutError';
  /** Bytes of the response that came. */
  readonly received: string;
  /** How the connection ended. */
  readonly by: 'end' | 'reset';

  constructor(received: string, by: 'end' | 'reset') {
    super(`connection ended (${by}) inside a response, after ${JSON.stringify(received)}`);
    this.received = received;
    this.by = by;
  }
}

/** A request in short. */
export interface RequestOptions {
  readonly method?: string;
  /** Header lines, each ended by CR LF. */
  readonly headers?: string;
  /** Sent with its Content-Length, when not empty. */
  readonly body?: string;
}

/** What the reader must know of the request to read its response. */
export interface ReadOptions {
  /** Of the request: a response to HEAD has no body. */
  readonly method?: string;
  /** Takes the body piece by piece; it is then not kept. */
  readonly onBody?: (bytes: Buffer) => void;
}

const MAX_HEAD = 64 * 1024;

/** One client connection that sends what it is told and reads nothing that is not well-formed. */
export class RawClient {
  readonly socket: Socket;
  #buffered: Buffer = Buffer.alloc(0);
  /** Everything of the current response, for the message of an error. */
  #seen = '';
  #ended: 'end' | 'reset' | undefined;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('readable', () => this.#wake());
    socket.on('end', () => {
      this.#ended ??= 'end';
      this.#wake();
    });
    socket.on('error', () => {
      this.#ended ??= 'reset';
      this.#wake();
    });
    socket.on('close', () => {
      this.#ended ??= 'reset';
      this.#wake();
    });
  }

  static async connect(t: Closing, port: number): Promise<RawClient> {
    const socket = connect({ port, host: '127.0.0.1' });
    const client = new RawClient(socket);
    closeAfter(t, () => {
      client.reset();
    });
    await once(socket, 'connect');
    return client;
  }

  /** Connects with TLS. @param tls - the authority of the server, and perhaps a certificate of the client's own */
  static async connectTls(t: Closing, port: number, tls: ConnectionOptions): Promise<RawClient> {
    const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ...tls });
    const client = new RawClient(socket);
    closeAfter(t, () => void socket.destroy());
    await once(socket, 'secureConnect');
    return client;
  }

  /** Sends text as latin1, or bytes. */
  send(data: string | Uint8Array): this {
    this.socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
    return this;
  }

  /** Sends a request with the headers it needs and an empty or given body. */
  request(target: string, { method = 'GET', headers = '', body = '' }: RequestOptions = {}): this {
    const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body, 'latin1')}\r\n`;
    return this.send(
      `${method} ${target} HTTP/1.1\r\nHost: test\r\n${length}${headers}\r\n${body}`,
    );
  }

  /** Reads the next response, all of it. @throws CutError */
  async next({ method = 'GET', onBody }: ReadOptions = {}): Promise<RawResponse> {
    const head = await this.#readHead();
    const { statusCode, reason, headers } = parseHead(head);
    const pieces: Buffer[] = [];
    const take = onBody ?? ((bytes: Buffer) => void pieces.push(bytes));
    const chunks: number[] = [];
    const framing = framingOf(method, statusCode, headers);
    if (framing === 'length') await this.#pipe(Number(headers['content-length']), take);
    if (framing === 'chunked') await this.#readChunks(take, chunks);
    if (framing === 'close') await this.#readToEnd(take);
    const body = Buffer.concat(pieces);
    return {
      statusCode,
      reason,
      head,
      headers,
      body,
      text: body.toString('latin1'),
      framing,
      chunks,
    };
  }

  /** Reads the head of the next response, empty line included, and leaves its body. */
  async nextHead(): Promise<string> {
    return this.#readHead();
  }

  /** Reads exactly these many bytes. */
  async read(bytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    await this.#pipe(bytes, (piece) => void pieces.push(piece));
    return Buffer.concat(pieces);
  }

  /** Waits until the server ends the connection; what still comes is kept in the result. */
  async untilClosed(): Promise<{ readonly rest: Buffer; readonly by: 'end' | 'reset' }> {
    while (await this.#fill());
    const rest = this.#consume(this.#buffered.length);
    return { rest, by: this.#ended ?? 'end' };
  }

  /** Ends the connection in the hard way, so that the server is told at once. */
  reset(): void {
    // Node leaks the handle of a socket that is reset while it ends.
    if (this.#ended === undefined && !this.socket.writableEnded) this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  async #readHead(): Promise<string> {
    this.#seen = '';
    for (;;) {
      const end = this.#buffered.indexOf('\r\n\r\n');
      if (end !== -1) return this.#consume(end + 4).toString('latin1');
      if (this.#buffered.length > MAX_HEAD) throw new Error('head too long');
      if (!(await this.#fill())) throw this.#cut();
    }
  }

  async #readChunks(take: (bytes: Buffer) => void, sizes: number[]): Promise<void> {
    for (;;) {
      const line = await this.#readLine();
      if (!/^[0-9a-f]+$/i.test(line)) throw new Error(`chunk size ${JSON.stringify(line)}`);
      const size = Number.parseInt(line, 16);
      if (size > 0) {
        sizes.push(size);
        await this.#pipe(size, take);
      }
      const end = await this.#readLine();
      if (end !== '') throw new Error(`expected the end of a chunk, got ${JSON.stringify(end)}`);
      if (size === 0) return;
    }
  }

  async #readLine(): Promise<string> {
    for (;;) {
      const feed = this.#buffered.indexOf('\r\n');
      if (feed !== -1) return this.#consume(feed + 2).toString('latin1', 0, feed);
      if (this.#buffered.length > 100) throw new Error('line too long');
      if (!(await this.#fill())) throw this.#cut();
    }
  }

  async #pipe(bytes: number, take: (piece: Buffer) => void): Promise<void> {
    for (let left = bytes; left > 0;) {
      if (this.#buffered.length === 0 && !(await this.#fill())) throw this.#cut();
      const piece = this.#consume(Math.min(left, this.#buffered.length));
      left -= piece.length;
      take(piece);
    }
  }

  async #readToEnd(take: (piece: Buffer) => void): Promise<void> {
    do {
      if (this.#buffered.length > 0) take(this.#consume(this.#buffered.length));
    } while (await this.#fill());
    if (this.#ended === 'reset') throw this.#cut();
  }

  #consume(bytes: number): Buffer {
    const taken = this.#buffered.subarray(0, bytes);
    this.#buffered = this.#buffered.subarray(bytes);
    if (this.#seen.length < 4096) this.#seen += taken.toString('latin1', 0, 1024);
    return taken;
  }

  /** Waits for more bytes. @returns false at the end of the connection */
  async #fill(): Promise<boolean> {
    for (;;) {
      const more = this.socket.read() as Buffer | null;
      if (more !== null) {
        this.#buffered = this.#buffered.length === 0 ? more : Buffer.concat([this.#buffered, more]);
        return true;
      }
      if (this.#ended !== undefined) return false;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #cut(): CutError {
    return new CutError(
      this.#seen + this.#buffered.toString('latin1', 0, 1024),
      this.#ended ?? 'end',
    );
  }
}

/** Sends one request over a connection of its own and reads the response. */
export async function fetchRaw(
  t: Closing,
  port: number,
  target: string,
  options: RequestOptions = {},
): Promise<RawResponse> {
  const client = await RawClient.connect(t, port);
  const response = await client
    .request(target, options)
    .next(options.method === undefined ? {} : { method: options.method });
  client.reset();
  return response;
}

export interface ParsedHead {
  readonly statusCode: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Takes a response's head apart, empty line included. Throws for one that is not well-formed. */
export function parseHead(head: string): ParsedHead {
  const [statusLine = '', ...lines] = head.slice(0, -4).split('\r\n');
  const status = /^HTTP\/1\.1 (\d{3}) ([\t\x20-\x7e\x80-\xff]*)$/.exec(statusLine);
  if (status === null) throw new Error(`status line ${JSON.stringify(statusLine)}`);
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?([\t\x20-\x7e\x80-\xff]*)$/.exec(line);
    if (match === null) throw new Error(`header line ${JSON.stringify(line)}`);
    const [, name = '', value = ''] = match;
    const key = name.toLowerCase();
    const earlier = headers[key];
    if (earlier !== undefined && FRAMING_HEADERS.has(key)) throw new Error(`${name} twice`);
    headers[key] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return { statusCode: Number(status[1]), reason: status[2] ?? '', headers };
}

const FRAMING_HEADERS = new Set(['content-length', 'transfer-encoding', 'connection']);

/** What tells where the body of a response ends. Throws when nothing does, or two things do. */
export function framingOf(
  method: string,
  statusCode: number,
  headers: Readonly<Record<string, string>>,
): RawResponse['framing'] {
  const length = headers['content-length'];
  const coding = headers['transfer-encoding'];
  if (length !== undefined && coding !== undefined) throw new Error('framed twice');
  if (coding !== undefined && coding !== 'chunked') throw new Error(`Transfer-Encoding: ${coding}`);
  if (length !== undefined && !/^\d+$/.test(length)) throw new Error(`Content-Length: ${length}`);
  if (method === 'HEAD' || statusCode === 204 || statusCode === 304 || statusCode < 200) {
    return 'none';
  }
  if (coding !== undefined) return 'chunked';
  if (length !== undefined) return 'length';
  if (headers['connection'] !== 'close') throw new Error('a body without an end');
  return 'close';
}
