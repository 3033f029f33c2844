// npm run bench:peers: installs the servers that the benchmark compares with and the project does not depend on.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { peerFolder, type PeerName, peers } from './peers.ts';

for (const name of Object.keys(peers) as PeerName[]) {
  const folder = peerFolder(name);
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, type: 'module', dependencies: peers[name] };
  writeFileSync(`${folder}package.json`, JSON.stringify(manifest, undefined, 2));
  const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
  });
  console.log(`${name}: ${status === 0 ? 'installed' : 'could not be installed, left out'}`);
}
