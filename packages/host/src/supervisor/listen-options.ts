import type { FastifyListenOptions } from 'fastify';

/** What Fastify listens with: an address, or a socket that is bound already. */
export function listenOptions(
  { host, port }: { readonly host: string; readonly port: number },
  socket: object | undefined,
): FastifyListenOptions {
  if (socket === undefined) return { host, port };
  // Fastify hands on what it does not know, and Node's `listen` takes a handle before an address. The name only
  // keeps Fastify from `localhost`, for which it binds a second socket.
  return { host: 'bound', handle: socket } as FastifyListenOptions;
}
