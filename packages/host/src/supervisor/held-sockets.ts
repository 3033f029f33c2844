import net from 'node:net';
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import type { SocketAddress } from './messages.ts';

/** Node's own handle of a socket, as far as it is used here. */
interface SocketHandle {
  getsockname(into: { port?: number }): number;
  close(): void;
}

/** What `cluster` makes its sockets with. There from Node 0.10 to 26, and not in Node's types. */
type CreateServerHandle = (address: string, port: number, family: 4 | 6) => SocketHandle | number;

/** A socket, or why there is none, as `listen` would say it. */
export type HeldSocket =
  | { readonly ok: true; readonly handle: object }
  | { readonly ok: false; readonly code: string; readonly message: string };

/*
 * The listening sockets, bound here and listened on by the host processes.
 *
 * The first process that listens makes the kernel take connections. They wait in the socket's backlog until a process
 * accepts them, and since the socket is open here too, that goes on when no process is left: nobody is refused while
 * one is dead. All processes accept from the same backlog, so that what one leaves there is not lost with it.
 *
 * Other ways were looked at. `cluster` shares its sockets likewise, but closes them with its last worker; its
 * round-robin accepts in the parent, which then is on the road of each connection. A net.Server here would accept too.
 * Sockets of their own on one port (SO_REUSEPORT) have a backlog each, and it is lost with its process. A descriptor
 * passed at the spawn must be bound before the configuration is read.
 */
export class HeldSockets {
  readonly #handles: Map<string, SocketHandle> = new Map();

  /** The socket of an address, bound at the first call. */
  hold(address: SocketAddress): HeldSocket {
    const key = keyOf(address);
    const known = this.#handles.get(key);
    if (known !== undefined) return { ok: true, handle: known };
    const bound = bind(address);
    if (typeof bound === 'number') return { ok: false, ...errorOf(bound, address) };
    this.#handles.set(key, bound);
    return { ok: true, handle: bound };
  }

  /** Closes all sockets but those of these addresses. */
  keepOnly(addresses: readonly SocketAddress[]): void {
    const kept = new Set(addresses.map(keyOf));
    for (const [key, handle] of this.#handles) {
      if (kept.has(key)) continue;
      handle.close();
      this.#handles.delete(key);
    }
  }
}

/** @returns the error's number when the address cannot be had */
function bind({ address, port, family }: SocketAddress): SocketHandle | number {
  const create = (net as unknown as { _createServerHandle: CreateServerHandle })
    ._createServerHandle;
  const handle = create(address, port, family);
  if (typeof handle === 'number') return handle;
  // libuv keeps EADDRINUSE back until `listen`, which would then take any port.
  const name: { port?: number } = {};
  const error = handle.getsockname(name);
  if (error === 0 && name.port !== undefined && (port === 0 || name.port === port)) return handle;
  handle.close();
  return -constants.errno.EADDRINUSE;
}

/** The error as `listen` would tell it. */
function errorOf(
  number: number,
  { address, family, port }: SocketAddress,
): { readonly code: string; readonly message: string } {
  const [code, text] = getSystemErrorMap().get(number) ?? ['UNKNOWN', 'unknown error'];
  const host = family === 6 ? `[${address}]` : address;
  return { code, message: `listen ${code}: ${text} ${host}:${port}` };
}

function keyOf({ use, address, port }: SocketAddress): string {
  return `${use} ${address} ${port}`;
}
