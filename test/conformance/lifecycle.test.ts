// The life of an extension: reference isapi.md sections 1.1, 1.2, 1.4 and 1.5. Caching: cache-isapi.test.ts.
import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';
import { startTraced } from '../helpers/trace.ts';

// 1.1, 1.2 and 1.5.

test('DllMain, GetExtensionVersion, the requests and TerminateExtension follow each other', async (t) => {
  const host = await startTraced(t);

  await fetchRaw(t, host.port, '/trace?first');
  await fetchRaw(t, host.port, '/trace?second');
  await host.close();

  const steps = host.steps().map(({ step }) => step);
  assert.deepEqual(steps, [
    'attach',
    'version',
    'version done',
    'proc first',
    'return first',
    'proc second',
    'return second',
    'terminate 2',
    'terminate done',
  ]);
});

test('requests that come while an extension loads wait for it', async (t) => {
  const host = await startTraced(t);

  await Promise.all(['a', 'b', 'c'].map((name) => fetchRaw(t, host.port, `/trace?${name}`)));

  const steps = host.steps().map(({ step }) => step);
  assert.deepEqual(steps.slice(0, 2), ['attach', 'version']);
  assert.equal(steps.filter((step) => step === 'version').length, 1);
});

// 1.4: every failure has its status, and the next extension is not touched by it.

for (const [what, fixture, status] of [
  ['a module that throws at its top level', 'top-level-throw', 500],
  ['a module without GetExtensionVersion', 'no-version', 500],
  ['a module without HttpExtensionProc', 'no-proc', 500],
  ['a GetExtensionVersion that says FALSE', 'version-false', 500],
  ['a GetExtensionVersion that throws', 'version-throws', 500],
  ['a GetExtensionVersion that rejects', 'version-rejects', 500],
  ['a GetExtensionVersion that gives no version', 'version-garbage', 500],
  ['a proc that throws', 'throws', 500],
  ['a proc that rejects', 'rejects', 500],
  ['a proc that returns no status', 'returns-nothing', 500],
  ['a proc that returns an unknown status', 'returns-garbage', 500],
  ['a proc that ends its thread', 'exits', 502],
] as const) {
  test(`${what} answers ${status}`, async (t) => {
    const host = await startHost(t, {
      fixtures: [fixture, 'hello'],
      pools: { default: { minThreads: 1, maxThreads: 1 } },
    });

    const failed = await fetchRaw(t, host.port, `/${fixture}`);
    const next = await fetchRaw(t, host.port, '/hello');

    assert.equal(failed.statusCode, status);
    assert.equal(next.statusCode, 200);
  });
}
