// The host as a subject. BENCH_PROC says which kind of procs: async, blocking or pending.
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from '@isapi-host/host';

const modules: Readonly<Record<string, { readonly hello: URL; readonly bodies: URL }>> = {
  async: {
    hello: new URL('./hello-async.js', import.meta.url),
    bodies: new URL('./bodies-async.js', import.meta.url),
  },
  blocking: {
    hello: new URL('./hello-blocking.js', import.meta.url),
    bodies: new URL('./bodies-blocking.js', import.meta.url),
  },
  pending: {
    hello: new URL('./hello-pending.js', import.meta.url),
    bodies: new URL('./bodies-pending.js', import.meta.url),
  },
};

const proc = process.env['BENCH_PROC'] ?? '';
const chosen = modules[proc];
if (chosen === undefined) throw new Error(`BENCH_PROC=${proc}: expected a kind of proc`);

const config: UserConfig = defineConfig({
  listen: { host: '127.0.0.1', port: 0 },
  site: { root: '.' },
  extensions: {
    hello: { module: fileURLToPath(chosen.hello), paths: ['/hello'] },
    bodies: {
      module: fileURLToPath(chosen.bodies),
      paths: ['/post', '/upload', '/answer10k', '/answer1m', '/download'],
    },
    cpu: { module: fileURLToPath(new URL('./cpu.js', import.meta.url)), paths: ['/cpu'] },
    hog: { module: fileURLToPath(new URL('./cpu.js', import.meta.url)), paths: ['/hog'] },
    callbacks: {
      module: fileURLToPath(new URL('./callbacks.js', import.meta.url)),
      paths: ['/callbacks'],
    },
  },
  limits: { maxBodyBytes: 0 },
  log: { level: 'info', format: 'json', access: false }, // no other subject writes a line per request
});
export default config;
