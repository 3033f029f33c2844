import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startSubject, type RunningSubject } from '../start-subject.ts';
import { peerCommand, peerFolder, peers } from './peers.ts';

/** Programs that tsc does not compile stay where they are. */
const sources = fileURLToPath(new URL('../../../../bench/subjects/peers/', import.meta.url));
const baseline = new URL('../fastify.js', import.meta.url);

export function startBun(): Promise<RunningSubject> | undefined {
  const bun = peerCommand('bun', 'bun');
  return bun === undefined ? undefined : startSubject(bun, [`${sources}bun.js`]);
}

export function startDeno(): Promise<RunningSubject> | undefined {
  const deno = peerCommand('deno', 'deno');
  if (deno === undefined) return undefined;
  const env = { ...process.env, DENO_DIR: `${peerFolder('deno')}.deno`, DENO_NO_UPDATE_CHECK: '1' };
  const args = ['run', '--no-config', '--no-prompt', '--allow-net', `${sources}deno.js`];
  return startSubject(deno, args, { env });
}

export function startWorkerd(): Promise<RunningSubject> | undefined {
  const workerd = peerCommand('workerd', 'workerd');
  if (workerd === undefined) return undefined;
  return startSubject(workerd, ['serve', '--control-fd=1', `${sources}workerd.capnp`], {
    listens: /"socket":"http","port":(\d+)/,
  });
}

/** Watt is a Node program; its application is the baseline itself. */
export function startWatt(): Promise<RunningSubject> | undefined {
  const watt = peerCommand('watt', 'wattpm');
  if (watt === undefined) return undefined;
  const folder = peerFolder('watt');
  mkdirSync(`${folder}application`, { recursive: true });
  writeFileSync(`${folder}application/package.json`, '{ "type": "module", "main": "index.js" }');
  writeFileSync(`${folder}application/index.js`, `import '${baseline.href}';\n`);
  writeFileSync(`${folder}application/watt.json`, schema('@platformatic/node'));
  writeFileSync(`${folder}watt.json`, schema('wattpm', wattSettings));
  return startSubject(process.execPath, [watt, 'start'], { cwd: folder });
}

const wattSettings = {
  server: { hostname: '127.0.0.1', port: 0 },
  workers: 1,
  entrypoint: 'application',
  services: [{ id: 'application', path: './application' }],
};

/** A config of Watt; it knows by the schema what it configures. */
function schema(module: string, settings: object = {}): string {
  const $schema = `https://schemas.platformatic.dev/${module}/${peers.watt[module]}.json`;
  return JSON.stringify({ $schema, ...settings });
}
