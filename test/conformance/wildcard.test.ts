import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { fetchRaw } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';
import { conformanceFixtures } from './case-host.ts';

// isapi.md 7.5, wildcard maps, and 4.6, HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR.

const root = fileURLToPath(new URL('../../fixtures/conformance/site/', import.meta.url));

for (const [orders, text] of [
  [[1, 2], 'a<b<a page\n>>'],
  [[2, 1], 'b<a<a page\n>>'],
  [[1, 1], 'a<b<a page\n>>'],
] as const) {
  test(`wildcard maps of order ${orders.join(' and ')} pass a request on to each other, then to a file`, async (t) => {
    const [a, b] = orders;
    const host = await startHost(t, {
      site: { root },
      pools: { default: { minThreads: 1, maxThreads: 1 } },
      extensions: {
        a: { module: `${conformanceFixtures}gate-a.mjs`, wildcard: { under: '/', order: a } },
        b: { module: `${conformanceFixtures}gate-b.mjs`, wildcard: { under: '/', order: b } },
      },
    });

    const marked = await fetchRaw(t, host.port, '/page.txt?marks');
    const plain = await fetchRaw(t, host.port, '/page.txt');

    assert.equal(marked.text, text);
    assert.deepEqual(
      [plain.statusCode, plain.headers['content-length'], plain.text],
      [200, '7', 'a page\n'],
    );
  });
}

test('a request that a wildcard map passes on carries its entity', async (t) => {
  const host = await startHost(t, {
    site: { root },
    pools: { default: { minThreads: 1, maxThreads: 1 } },
    extensions: {
      a: { module: `${conformanceFixtures}gate-a.mjs`, wildcard: { under: '/', order: 1 } },
      child: { module: `${conformanceFixtures}child.mjs`, paths: ['/child'] },
    },
  });

  const body = 'e'.repeat(100_000);
  const { text } = await fetchRaw(t, host.port, '/child?case=echo', { method: 'POST', body });

  const { method, total, body: seen } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  assert.deepEqual([method, total, seen], ['POST', 100_000, 100_000]);
});
