import type { Socket } from 'node:net';

/** What Node's HTTP server knows of a socket. There from Node 12 to 26, and not in its types. */
interface RequestSocket extends Socket {
  /** Node pauses for long answers likewise. */
  _paused?: boolean;
  readonly parser?: { resume(): void } | null;
}

/** Reads no more requests. Without its own mark Node goes on reading behind each request that is complete. */
export function pauseRequests(socket: RequestSocket): void {
  socket._paused = true;
  socket.pause();
}

export function resumeRequests(socket: RequestSocket): void {
  if (socket._paused !== true) return;
  socket._paused = false;
  socket.parser?.resume();
  socket.resume();
}
