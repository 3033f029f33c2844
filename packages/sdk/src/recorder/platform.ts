import type { BareSignal } from '../control-block.ts';

/** What the recorder takes from the platform, typed here so that the package needs no platform's types. */
interface Platform {
  readonly AbortController: new () => {
    readonly signal: BareSignal;
    abort(reason: unknown): void;
  };
  readonly TextEncoder: new () => { encode(text: string): Uint8Array };
  readonly TextDecoder: new (
    label: string,
    options: { readonly ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
}

export const platform = globalThis as unknown as Platform;

export function encodeUtf8(text: string): Uint8Array {
  return new platform.TextEncoder().encode(text);
}

export function decodeUtf8(bytes: Uint8Array): string {
  return new platform.TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Cuts a text to what fits into so many bytes of UTF-8, between two characters. */
export function clipUtf8(text: string, maxBytes: number): string {
  const bytes = encodeUtf8(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return decodeUtf8(bytes.subarray(0, end));
}

/** Puts pieces into one array of their joint length. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}

/** Gives the bytes that an extension wants sent, as a copy; `undefined` for anything but text and bytes. */
export function copyBytes(data: unknown): Uint8Array | undefined {
  if (typeof data === 'string') return encodeUtf8(data);
  return data instanceof Uint8Array ? new Uint8Array(data) : undefined;
}
