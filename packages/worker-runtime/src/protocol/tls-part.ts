import { Packr } from 'msgpackr/pack';

/** What TLS makes known of a connection. Few extensions ask, so it stays packed until one does. */
export interface TlsPart {
  /** Name of the cipher suite, as IANA has it: `TLS_AES_256_GCM_SHA384`. */
  readonly cipherSuite: string;
  /** Certificate of the server, DER. */
  readonly serverCertificate: Uint8Array;
  /** Certificate of the client, DER; `undefined`: it has sent none. */
  readonly clientCertificate: Uint8Array | undefined;
}

/** Positions in the packed array. */
type PackedTls = readonly [
  cipherSuite: string,
  serverCertificate: Uint8Array,
  clientCertificate: Uint8Array | null,
];

const packr = new Packr({ useRecords: false });

/** The bytes it gives are its own. */
export function packTls(part: TlsPart): Uint8Array {
  const packed = packr.pack([
    part.cipherSuite,
    part.serverCertificate,
    part.clientCertificate ?? null,
  ] satisfies PackedTls);
  return new Uint8Array(packed);
}

/** The certificates it gives are views of `packed`. */
export function unpackTls(packed: Uint8Array): TlsPart {
  const [cipherSuite, serverCertificate, clientCertificate] = packr.unpack(packed) as PackedTls;
  return { cipherSuite, serverCertificate, clientCertificate: clientCertificate ?? undefined };
}
