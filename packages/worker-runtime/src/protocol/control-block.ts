import { Packr } from 'msgpackr/pack'; // without the native part: slower to load, and no faster here
import type { Slab } from './slab.ts';
import {
  SLOT_BODY_BYTES,
  SLOT_CANCEL,
  SLOT_CONNECTION_BYTES,
  SLOT_HEADER_BYTES,
  SLOT_REQUEST_BYTES,
  SLOT_SCRIPT_BYTES,
} from './slot-words.ts';
import { packTls, type TlsPart, unpackTls } from './tls-part.ts';

/** What the URL led to. The same for every request of a URL, so it is packed once. */
export interface ScriptPart {
  /** Name of the extension in the configuration. */
  readonly extension: string;
  /** Module file, absolute. */
  readonly module: string;
  readonly scriptName: string;
  readonly pathInfo: string;
  /** Physical path of `pathInfo`; `undefined`: the thread maps it itself. */
  readonly pathTranslated: string | undefined;
  readonly scriptTranslated: string;
}

/** The two ends of the connection. The same for all its requests, so it is packed once. */
export interface ConnectionPart {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly secure: boolean;
}

/** What differs from request to request. */
export interface RequestPart {
  /** Names the request for the life of the host. */
  readonly connId: number;
  /** Names the request in logs. */
  readonly requestId: string;
  readonly method: string;
  /** Request target as sent, query included. */
  readonly url: string;
  /** `'1.0'` or `'1.1'`. */
  readonly httpVersion: string;
  /** Body bytes announced; `undefined`: not announced. */
  readonly totalBytes: number | undefined;
  /** Whether the read-ahead is the whole body. */
  readonly bodyEnded: boolean;
  /** Whether the client lets the connection live on. */
  readonly keepConn: boolean;
  /** Whom a parent of this request said it is made for; `undefined`: as its headers say. */
  readonly user: NamedUser | undefined;
}

/** A user as EXEC_URL names one; `undefined`: as the headers say. ISAPI: `HSE_EXEC_URL_USER_INFO`. */
export interface NamedUser {
  readonly name: string | undefined;
  readonly authType: string | undefined;
}

/** One request, before its extension runs: what `RequestInit` is to `Request`. */
export interface ControlBlockInit extends RequestPart, ScriptPart, ConnectionPart {}

/** A part in the form in which it lies in a slot. */
export type PackedPart = Uint8Array & { readonly __brand: 'PackedPart' };

/** Positions in the packed arrays. */
type PackedScript = readonly [
  extension: string,
  module: string,
  scriptName: string,
  pathInfo: string,
  pathTranslated: string | null,
  scriptTranslated: string,
];
type PackedConnection = readonly [
  remoteAddress: string,
  remotePort: number,
  localAddress: string,
  localPort: number,
  secure: boolean,
  // The last: its bytes end where the part ends.
  tls: Uint8Array | null,
];
type PackedRequest = readonly [
  connId: number,
  requestId: string,
  method: string,
  url: string,
  httpVersion: string,
  totalBytes: number | null,
  bodyEnded: boolean,
  keepConn: boolean,
  // Only where there is one.
  user?: readonly [name: string | null, authType: string | null],
];

const packr = new Packr({ useRecords: false });

/** Packs a script part; the bytes are its own, to be kept. */
export function packScript(part: ScriptPart): PackedPart {
  return copyOf(
    packr.pack([
      part.extension,
      part.module,
      part.scriptName,
      part.pathInfo,
      part.pathTranslated ?? null,
      part.scriptTranslated,
    ] satisfies PackedScript),
  );
}

/** Packs a connection part, and what TLS makes known of it; the bytes are its own, to be kept. */
export function packConnection(part: ConnectionPart, tls?: TlsPart): PackedPart {
  return copyOf(
    packr.pack([
      part.remoteAddress,
      part.remotePort,
      part.localAddress,
      part.localPort,
      part.secure,
      tls === undefined ? null : packTls(tls),
    ] satisfies PackedConnection),
  );
}

/** `pack` returns a view of a buffer it uses again. */
function copyOf(packed: Uint8Array): PackedPart {
  return new Uint8Array(packed) as PackedPart;
}

/**
 * Writes a request into its slot: script, connection and request part, then the header block, then the read-ahead.
 *
 * The header block stays out of the packed arrays: as latin1 text it is one copy in and, when the
 * extension asks for a header at all, one copy out.
 *
 * @param headerBlock - `Name: value` lines, each ended by CR LF, one byte per character
 * @returns whether it fitted; when not, nothing of the slot may be used
 */
export function encodeControlBlock(
  slab: Slab,
  slot: number,
  parts: ControlBlockSource,
  headerBlock: string,
  body: readonly Uint8Array[],
): boolean {
  const { script, connection, request } = parts;
  const packed = packRequest(request);
  const controlBytes = script.length + connection.length + packed.length;
  const bodyBytes = body.length === 0 ? 0 : body.reduce((sum, piece) => sum + piece.length, 0);
  if (controlBytes + headerBlock.length + bodyBytes > slab.payloadBytes) return false;

  const { words, bytes } = slab;
  const at = slab.slotAt(slot);
  words[at + SLOT_CANCEL] = 0;
  words[at + SLOT_SCRIPT_BYTES] = script.length;
  words[at + SLOT_CONNECTION_BYTES] = connection.length;
  words[at + SLOT_REQUEST_BYTES] = packed.length;
  words[at + SLOT_HEADER_BYTES] = headerBlock.length;
  words[at + SLOT_BODY_BYTES] = bodyBytes;
  let end = slab.payloadAt(slot);
  bytes.set(script, end);
  end += script.length;
  bytes.set(connection, end);
  end += connection.length;
  bytes.set(packed, end);
  end += packed.length;
  bytes.latin1Write(headerBlock, end);
  end += headerBlock.length;
  for (const piece of body) {
    slab.write(piece, end);
    end += piece.length;
  }
  return true;
}

/** Packs a request part: a view of memory that the next call uses again. */
export function packRequest(request: RequestPart): Uint8Array {
  return packr.pack(toPacked(request));
}

/** The id and the target in a packed request part. */
export function readRequestName(packed: Uint8Array): Pick<RequestPart, 'requestId' | 'url'> {
  const [, requestId, , url] = packr.unpack(packed) as PackedRequest;
  return { requestId, url };
}

function toPacked(request: RequestPart): PackedRequest {
  const { connId, requestId, method, url, httpVersion, totalBytes, bodyEnded, keepConn, user } =
    request;
  const total = totalBytes ?? null;
  if (user === undefined) {
    return [connId, requestId, method, url, httpVersion, total, bodyEnded, keepConn];
  }
  const named = [user.name ?? null, user.authType ?? null] as const;
  return [connId, requestId, method, url, httpVersion, total, bodyEnded, keepConn, named];
}

/** What a control block is made of. */
export interface ControlBlockSource {
  readonly script: PackedPart;
  readonly connection: PackedPart;
  readonly request: RequestPart;
}

/** Where the parts of a request lie in the slab, in bytes. */
export interface ControlBlockParts {
  readonly init: ControlBlockInit;
  /** What TLS makes known, packed; none: no TLS. */
  readonly tlsAt: number;
  readonly tlsEnd: number;
  readonly headersAt: number;
  readonly bodyAt: number;
  /** First byte behind the request: the answer may begin here. */
  readonly end: number;
}

/** Decoding works on a copy: a `Buffer` over shared memory has no fast string access in msgpackr. */
let scratch: Buffer = Buffer.alloc(4096);

/** Reads the control block of a slot; headers and body stay where they are. */
export function decodeControlBlock(slab: Slab, slot: number): ControlBlockParts {
  const { words, bytes } = slab;
  const at = slab.slotAt(slot);
  const start = slab.payloadAt(slot);
  const connectionAt = words[at + SLOT_SCRIPT_BYTES] ?? 0;
  const requestAt = connectionAt + (words[at + SLOT_CONNECTION_BYTES] ?? 0);
  const length = requestAt + (words[at + SLOT_REQUEST_BYTES] ?? 0);
  if (length > scratch.length) scratch = Buffer.alloc(length * 2);
  bytes.copy(scratch, 0, start, start + length);
  const script = packr.unpack(scratch.subarray(0, connectionAt)) as PackedScript;
  const connection = packr.unpack(scratch.subarray(connectionAt, requestAt)) as PackedConnection;
  const request = packr.unpack(scratch.subarray(requestAt, length)) as PackedRequest;
  const headersAt = start + length;
  const bodyAt = headersAt + (words[at + SLOT_HEADER_BYTES] ?? 0);
  const tlsEnd = start + requestAt;
  return {
    init: fromPacked(script, connection, request),
    tlsAt: tlsEnd - (connection[5]?.length ?? 0),
    tlsEnd,
    headersAt,
    bodyAt,
    end: bodyAt + (words[at + SLOT_BODY_BYTES] ?? 0),
  };
}

/** What TLS makes known of a request's connection; `undefined`: there is no TLS. */
export function readTls(slab: Slab, { tlsAt, tlsEnd }: ControlBlockParts): TlsPart | undefined {
  return tlsAt === tlsEnd ? undefined : unpackTls(slab.read(tlsAt, tlsEnd));
}

function fromPacked(
  script: PackedScript,
  connection: PackedConnection,
  request: PackedRequest,
): ControlBlockInit {
  return {
    connId: request[0],
    requestId: request[1],
    method: request[2],
    url: request[3],
    httpVersion: request[4],
    totalBytes: request[5] ?? undefined,
    bodyEnded: request[6],
    keepConn: request[7],
    user: toUser(request[8]),
    extension: script[0],
    module: script[1],
    scriptName: script[2],
    pathInfo: script[3],
    pathTranslated: script[4] ?? undefined,
    scriptTranslated: script[5],
    remoteAddress: connection[0],
    remotePort: connection[1],
    localAddress: connection[2],
    localPort: connection[3],
    secure: connection[4],
  };
}

function toUser(packed: PackedRequest[8]): NamedUser | undefined {
  if (packed === undefined) return undefined;
  return { name: packed[0] ?? undefined, authType: packed[1] ?? undefined };
}
