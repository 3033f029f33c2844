// The host as a subject. BENCH_PROC says which kind of procs answers: async, blocking or pending. BENCH_MODULES may
// name a folder of further modules.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from '@isapi-host/host';

const { BENCH_PROC: proc = '', BENCH_MODULES: folder } = process.env;
if (!['async', 'blocking', 'pending'].includes(proc)) {
  throw new Error(`BENCH_PROC=${proc}: expected a kind of proc`);
}

const bodies = ['/post', '/upload', '/answer10k', '/answer1m', '/download'];

const config: UserConfig = defineConfig({
  listen: { host: '127.0.0.1', port: 0 },
  admin: { enabled: false, port: 0 }, // no other subject has one
  site: { root: '.' },
  extensions: {
    hello: { module: fileBeside(`hello-${proc}.js`), paths: ['/hello'] },
    bodies: { module: fileBeside(`bodies-${proc}.js`), paths: bodies },
    cpu: { module: fileBeside('cpu.js'), paths: ['/cpu'] },
    hog: { module: fileBeside('cpu.js'), paths: ['/hog'] },
    callbacks: { module: fileBeside('callbacks.js'), paths: ['/callbacks'] },
    hold: { module: fileBeside('hold.js'), paths: ['/hold', '/release'] },
    dies: { module: fileBeside('dies.js'), paths: ['/dies'] },
    ...(folder !== undefined && modulesIn(folder)),
  },
  limits: { maxBodyBytes: 0, maxConnections: 15_000 }, // no other subject keeps files back
  log: { level: 'info', format: 'json', access: false }, // no other subject writes a line per request
});
export default config;

function fileBeside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** `one.js` answers at `/one-js`. */
function modulesIn(path: string): NonNullable<UserConfig['extensions']> {
  const rows = readdirSync(path).map((file) => {
    const name = file.replace('.', '-');
    return [name, { module: join(path, file), paths: [`/${name}`] }] as const;
  });
  return Object.fromEntries(rows);
}
