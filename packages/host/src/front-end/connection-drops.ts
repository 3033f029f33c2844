import type { Server } from 'node:http';
import type { Faults } from '../observe/faults.ts';
import { FaultTally } from '../observe/fault-tally.ts';

/**
 * Tells of connections that were closed as they came: those above `server.maxConnections`, and those that could not be
 * taken for want of file descriptors.
 */
export function tellDrops(server: Server, faults: Faults): void {
  const drops = new FaultTally(faults, 'conn.dropped');
  const drop = (): void => drops.add();
  server.on('drop', drop);
  // Before that an error is one of listening, and up to whoever asked for it; after it nobody else would hear it.
  server.once('listening', () => server.on('error', drop));
}
