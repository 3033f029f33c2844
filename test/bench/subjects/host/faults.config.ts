// The host of the part `faults`: a pool that faults may end, and one beside it.
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from '@isapi-host/host';

const hello = fileBeside('hello-async.js');
const faults = fileBeside('faults.js');

const config: UserConfig = defineConfig({
  listen: { host: '127.0.0.1', port: 0 },
  admin: { enabled: false, port: 0 },
  site: { root: '.' },
  extensions: {
    hello: { module: hello, paths: ['/hello'] },
    faults: { module: faults, paths: ['/faults'] },
    helloBeside: { module: hello, paths: ['/beside/hello'], pool: 'beside' },
    faultsBeside: { module: faults, paths: ['/beside/faults'], pool: 'beside' },
  },
  pools: {
    // As many threads as the part says; they die by the hundred.
    default: {
      sessionsPerThread: 32,
      rapidFailMax: 0,
      requestTimeoutMs: 20_000,
      queueTimeoutMs: 20_000,
    },
    beside: { minThreads: 1, maxThreads: 1 },
  },
  shutdownTimeoutMs: 500, // some of what runs never ends
  log: { level: 'info', format: 'json', access: false },
});
export default config;

function fileBeside(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
