import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What others would pick instead. Too large to be dependencies: `npm run bench:peers` installs them beside. */
export const peers: Readonly<Record<PeerName, Readonly<Record<string, string>>>> = {
  bun: { bun: '1.4.5' },
  deno: { deno: '2.9.6' },
  // The last of Watt that runs on Node 20.
  watt: { wattpm: '2.75.2', '@platformatic/node': '2.75.2' },
  workerd: { workerd: '1.20261117.1' },
};

export type PeerName = 'bun' | 'deno' | 'watt' | 'workerd';

const cache = new URL('../../../../../node_modules/.cache/isapi-bench/', import.meta.url);

/** Where a peer is installed. */
export function peerFolder(name: PeerName): string {
  return fileURLToPath(new URL(`${name}/`, cache));
}

/** The command of an installed peer. @returns undefined where it is not installed */
export function peerCommand(name: PeerName, command: string): string | undefined {
  const path = `${peerFolder(name)}node_modules/.bin/${command}`;
  return existsSync(path) ? path : undefined;
}
