import type { Server } from 'node:http';

/** Tells the parent, by a line on stdout, where a subject listens. */
export function announce(server: Server): void {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  process.stdout.write(`listening on 127.0.0.1:${address.port}\n`);
}
