import type { Socket } from 'node:net';

/** Longest wait for the client to close as well, ms. */
const LINGER_MS = 1000;
/** Most bytes that are read and dropped meanwhile. */
const LINGER_BYTES = 64 * 1024;

/**
 * Closes a connection whose client may still be sending: says the end, and reads and drops what comes until the
 * client closes. Closed at once, unread bytes would make it a reset, which can take the answer away from the client.
 *
 * RFC 9112 section 9.6.
 */
export function lingerClose(socket: Socket): void {
  if (socket.destroyed) return;
  socket.end();
  let bytes = 0;
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  // Node's parser is fed by such a listener, or lets go of the socket when there is another one.
  socket.removeAllListeners('data');
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES) socket.destroy();
  });
  socket.once('end', () => socket.destroySoon());
  socket.resume();
}
