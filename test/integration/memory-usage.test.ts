import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

test('a thread lives on when it cannot find out how much memory it has', async (t) => {
  const host = await startHost(t, {
    fixtures: ['no-memory-usage'],
    pools: { default: { minThreads: 1, maxThreads: 1 } },
  });

  assert.equal((await fetchRaw(t, host.port, '/no-memory-usage')).text, 'asked twice');
});
