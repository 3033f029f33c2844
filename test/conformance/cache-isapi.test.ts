// CacheISAPI, failed loads and changed files: reference isapi.md sections 1.2 and 1.6.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';
import { startTraced } from '../helpers/trace.ts';

function moduleSaying(text: string): string {
  return `
    export const getExtensionVersion = () => ({ version: 0x80000, description: '' });
    export function httpExtensionProc(ecb) { ecb.writeClientSync('${text}'); return 1; }
  `;
}

const ROUND = ['attach', 'version', 'version done'];

test('without caching, every request alone loads, runs and terminates the extension', async (t) => {
  const host = await startTraced(t, {}, { cacheExtensions: false });
  const client = await RawClient.connect(t, host.port);

  for (const query of ['1', '2', '3']) {
    assert.equal((await client.request(`/trace?${query}`).next()).statusCode, 200);
  }
  await host.close();

  const expected = ['1', '2', '3'].flatMap((query) =>
    ROUND.concat(`proc ${query}`, `return ${query}`, 'terminate 2', 'terminate done'),
  );
  assert.deepEqual(
    host.steps().map(({ step }) => step),
    expected,
  );
});

test('without caching, an extension stays while a session is pending, and no request is lost', async (t) => {
  const host = await startTraced(t, { maxThreads: 2 }, { cacheExtensions: false });

  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const client = await RawClient.connect(t, host.port);
      return (await client.request(`/trace?${i % 2 === 0 ? 'pending' : 'plain'}${i}`).next())
        .statusCode;
    }),
  );
  await host.close();

  assert.deepEqual(new Set(answers), new Set([200]));
  const steps = host.steps();
  for (const thread of new Set(steps.map((step) => step.thread))) {
    const own = steps.filter((step) => step.thread === thread).map(({ step }) => step);
    assert.deepEqual(own.slice(0, 3), ROUND);
    assert.deepEqual(own.slice(-2), ['terminate 2', 'terminate done']);
  }
});

test('without caching, an answer that is streamed is complete, though its thread leaves behind it', async (t) => {
  const host = await startHost(t, { cacheExtensions: false, fixtures: ['ends-by-port'] });
  const client = await RawClient.connect(t, host.port);

  for (let i = 0; i < 20; i += 1) {
    assert.equal((await client.request('/ends-by-port').next()).body.length, 800_000);
  }
});

test('without caching, an extension that is loaded ahead waits for its first request', async (t) => {
  const host = await startTraced(
    t,
    {},
    {
      cacheExtensions: false,
      fixtures: [],
      extensions: { trace: { module: './trace.mjs', paths: ['/trace'], preload: true } },
    },
  );
  await host.until('version done');
  const client = await RawClient.connect(t, host.port);

  await client.request('/trace?first').next();

  assert.deepEqual(
    host
      .steps()
      .slice(0, 4)
      .map(({ step }) => step),
    [...ROUND, 'proc first'],
  );
});

test('a module file that changes is not looked at while it is loaded', async (t) => {
  const module = join(tempFolder(t), 'changing.mjs');
  writeFileSync(module, moduleSaying('old'));
  const host = await startHost(t, { extensions: { changing: { module, paths: ['/changing'] } } });
  const client = await RawClient.connect(t, host.port);
  assert.equal((await client.request('/changing').next()).text, 'old');

  writeFileSync(module, moduleSaying('new'));

  assert.equal((await client.request('/changing').next()).text, 'old');
});

test('a load that failed is tried again, and the mended module answers', async (t) => {
  const module = join(tempFolder(t), 'mended.mjs');
  writeFileSync(module, 'throw new Error("broken");');
  const host = await startHost(t, {
    extensions: { mended: { module, paths: ['/mended'] } },
    pools: { default: { minThreads: 1, maxThreads: 1 } },
  });
  const client = await RawClient.connect(t, host.port);
  assert.equal((await client.request('/mended').next()).statusCode, 500);
  writeFileSync(module, moduleSaying('mended'));
  assert.equal((await client.request('/mended').next()).statusCode, 500, 'answered from memory');

  let last = await client.request('/mended').next();
  for (const giveUpAt = Date.now() + 10_000; last.statusCode !== 200 && Date.now() < giveUpAt;) {
    last = await client.request('/mended').next();
  }

  assert.equal(last.text, 'mended');
});
