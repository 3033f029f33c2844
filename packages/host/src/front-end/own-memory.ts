/**
 * Bytes whose memory can be given away. Node's parser gives each piece of a body memory of its own, so this is nearly
 * always what came; a view of something larger is copied.
 */
export function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}
