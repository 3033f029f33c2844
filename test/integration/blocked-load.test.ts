import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Closing } from '../helpers/cleanup.ts';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { type LocalHost, startHost } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

/** A pool that starts its second thread when requests wait. */
const pools = { default: { minThreads: 1, maxThreads: 2, requestTimeoutMs: 0 } };

const imports = `import { existsSync } from 'node:fs';
export const getExtensionVersion = () => ({ version: 0x80000, description: '' });\n`;

/** Lines that wait for a file, with the event loop or instead of it. */
function waitFor(file: string, how: 'await' | 'block'): string {
  const turn = how === 'await' ? 'await new Promise((resolve) => setTimeout(resolve, 5))' : '';
  return `while (!existsSync('${file}')) ${turn};\n`;
}

/** A module that is loaded once `loadable` exists; a request with the query \`block\` blocks until \`free\` does. */
function gatedModule(loadable: string, free: string): string {
  return `${imports}${waitFor(loadable, 'await')}
    export const httpExtensionProc = async (ecb) => {
      if (ecb.queryString === 'block') ${waitFor(free, 'block')}
      await ecb.writeClient('served');
      return 1;
    };`;
}

/** Settles when a thread has taken so many requests, and none waits in the queue. */
async function untilTaken({ host }: LocalHost, requests: number): Promise<void> {
  const pool = host.pools.get('default');
  for (;;) {
    const { waiting, inFlight } = pool?.status() ?? { waiting: 1, inFlight: 0 };
    if (waiting === 0 && inFlight === requests) return;
    await setTimeout(5);
  }
}

/** Sends a request and goes on when a thread has taken it. */
async function ask(t: Closing, host: LocalHost, path: string, taken: number): Promise<RawClient> {
  const client = await RawClient.connect(t, host.port);
  client.request(path);
  await untilTaken(host, taken);
  return client;
}

test('requests that wait for a module are answered by another thread when the first one blocks', async (t) => {
  const folder = tempFolder(t);
  const [loadable, free] = [join(folder, 'loadable'), join(folder, 'free')];
  const module = join(folder, 'gated.mjs');
  writeFileSync(module, gatedModule(loadable, free));
  const host = await startHost(t, { extensions: { gated: { module, paths: ['/gated'] } }, pools });
  const blocks = await ask(t, host, '/gated?block', 1);
  const others = [];
  for (let i = 0; i < 5; i += 1) others.push(await ask(t, host, '/gated', i + 2));

  writeFileSync(loadable, '');

  for (const client of others) assert.equal((await client.next()).text, 'served');
  writeFileSync(free, '');
  assert.equal((await blocks.next()).text, 'served');
});

test('requests that wait for a module are answered by another thread when loading a second one blocks', async (t) => {
  const folder = tempFolder(t);
  const [loadable, free] = [join(folder, 'loadable'), join(folder, 'free')];
  const modules = { gated: join(folder, 'gated.mjs'), blocks: join(folder, 'blocks.mjs') };
  writeFileSync(modules.gated, gatedModule(loadable, free));
  writeFileSync(
    modules.blocks,
    `${imports}${waitFor(free, 'block')}export const httpExtensionProc = () => 1;`,
  );
  const host = await startHost(t, {
    extensions: {
      gated: { module: modules.gated, paths: ['/gated'] },
      blocks: { module: modules.blocks, paths: ['/blocks'] },
    },
    pools: { default: { ...pools.default, loadTimeoutMs: 60_000 } },
  });
  const first = await ask(t, host, '/gated?first', 1);
  const second = await ask(t, host, '/gated?second', 2);
  const blocks = await ask(t, host, '/blocks', 3);

  writeFileSync(loadable, '');

  assert.equal((await second.next()).text, 'served');
  writeFileSync(free, '');
  assert.equal((await first.next()).text, 'served');
  assert.equal((await blocks.next()).statusCode, 200);
});

test('a module that blocks its thread for ever costs no second thread while requests wait for it', async (t) => {
  const folder = tempFolder(t);
  const loadable = join(folder, 'loadable');
  const module = join(folder, 'blocks.mjs');
  writeFileSync(module, `${imports}${waitFor(loadable, 'await')}for (;;);`);
  const host = await startHost(t, {
    fixtures: ['hello'],
    extensions: { blocks: { module, paths: ['/blocks'] } },
    pools: { default: { ...pools.default, loadTimeoutMs: 500 } },
    admin: { enabled: true, port: 0 },
  });
  const waiting = [];
  for (let i = 0; i < 5; i += 1) waiting.push(await ask(t, host, '/blocks', i + 1));

  writeFileSync(loadable, '');

  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
  for (const client of waiting) assert.equal((await client.next()).statusCode, 504);
  const metrics = await (await fetch(`${host.adminUrl}/metrics`)).text();
  assert.match(
    metrics,
    /isapi_faults_total\{evt="ext.load",extension="blocks",pool="default"\} 1\n/,
  );
});
