import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { closeAfter, type Closing } from './cleanup.ts';

/** RFC 9113 section 6. */
export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PING = 6;
const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

const END_STREAM = 1;
export const END_HEADERS = 4;

interface Frame {
  readonly type: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const HEAD_BYTES = 9;

/** A frame of HTTP/2. */
export function frame(
  type: number,
  streamId: number,
  { flags = 0, payload = Buffer.alloc(0) }: { flags?: number; payload?: Uint8Array } = {},
): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** Four bytes. */
export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A header block. RFC 7541: indexed fields, and literals that are not indexed. */
export function headerBlock(path: string, method: 'GET' | 'POST' = 'GET'): Buffer {
  return Buffer.concat([
    Buffer.from([method === 'GET' ? 0x82 : 0x83, 0x87]),
    literal(0x04, path),
    literal(0x01, 'localhost'),
  ]);
}

function literal(index: number, value: string): Buffer {
  return Buffer.concat([Buffer.from([index, value.length]), Buffer.from(value)]);
}

/** A whole request without a body. */
export function get(path: string, streamId: number): Buffer {
  const flags = END_STREAM | END_HEADERS;
  return frame(HEADERS, streamId, { flags, payload: headerBlock(path) });
}

/** A client of HTTP/2 that sends whatever frames it is told to. */
export class FrameClient {
  readonly socket: TLSSocket;
  /** Every frame that came. */
  readonly frames: Frame[] = [];
  /** Settles when the server has closed, with the frames that came. */
  readonly closed: Promise<void>;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    // A reset ends it as well as an end does.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** @param preface - `silent`: nothing is sent yet, not even what every connection begins with */
  static async connect(
    t: Closing,
    port: number,
    ca: string,
    preface: 'preface' | 'silent' = 'preface',
  ): Promise<FrameClient> {
    const to = { port, host: '127.0.0.1', servername: 'localhost', ca, ALPNProtocols: ['h2'] };
    const socket = connect(to);
    closeAfter(t, () => void socket.destroy());
    await once(socket, 'secureConnect');
    const client = new FrameClient(socket);
    if (preface === 'preface') {
      client.send(Buffer.from(PREFACE), frame(SETTINGS, 0), frame(SETTINGS, 0, { flags: 1 }));
    }
    return client;
  }

  send(...frames: readonly Uint8Array[]): void {
    if (this.socket.writable) this.socket.write(Buffer.concat(frames));
  }

  /** Settles when all that was sent has left. */
  async flushed(): Promise<void> {
    if (!this.socket.writable) return;
    await Promise.race([new Promise((resolve) => this.socket.write('', resolve)), this.closed]);
  }

  /** The code of the last GOAWAY; `undefined`: none has come. */
  get goawayCode(): number | undefined {
    const last = this.frames.findLast(({ type }) => type === GOAWAY);
    return last?.payload.readUInt32BE(4);
  }

  /** The first frame of a kind, once it has come. */
  async find(type: number, streamId: number = 0): Promise<Frame> {
    for (;;) {
      const found = this.frames.find((one) => one.type === type && one.streamId === streamId);
      if (found !== undefined) return found;
      await once(this.socket, 'data');
    }
  }

  /** The body of an answer, as far as it has come. */
  textOf(streamId: number): string {
    return this.frames
      .filter((one) => one.type === DATA && one.streamId === streamId)
      .map(({ payload }) => payload.toString('latin1'))
      .join('');
  }

  #receive(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      if (this.#rest.length < HEAD_BYTES) return;
      const end = HEAD_BYTES + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < end) return;
      this.frames.push({
        type: this.#rest.readUInt8(3),
        streamId: this.#rest.readUInt32BE(5),
        payload: this.#rest.subarray(HEAD_BYTES, end),
      });
      this.#rest = this.#rest.subarray(end);
    }
  }
}
