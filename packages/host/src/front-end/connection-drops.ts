import type { Server } from 'node:http';
import type { Faults } from '../observe/faults.ts';

/** A flood of connections must not become one of log lines, ms. */
const TELL_EVERY_MS = 1000;

/**
 * Tells of connections that were closed as they came, at once and then once a second: those above
 * `server.maxConnections`, and those that could not be taken for want of file descriptors.
 */
export function tellDrops(server: Server, faults: Faults): void {
  let connections = 0;
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer = undefined;
    if (connections === 0) return;
    faults.report('conn.dropped', { connections });
    connections = 0;
    timer = setTimeout(tell, TELL_EVERY_MS).unref();
  };
  const drop = (): void => {
    connections += 1;
    if (timer === undefined) tell();
  };
  server.on('drop', drop);
  // Before that an error is one of listening, and up to whoever asked for it; after it nobody else would hear it.
  server.once('listening', () => server.on('error', drop));
}
