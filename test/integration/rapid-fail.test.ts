import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fetchRaw } from '../helpers/raw-http.ts';
import { startHost, startHostProcess } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const oneThread = { minThreads: 1, maxThreads: 1 };

/** A pool of an extension that ends its threads, and one beside it. */
const twoPools = {
  fixtures: ['hello'],
  extensions: {
    exits: { module: './exits.mjs', paths: ['/exits'], pool: 'failing' },
    tag: { module: './tag.mjs', paths: ['/tag'], pool: 'failing' },
  },
};

test('a pool that has lost too many threads answers 503 at once, and no other pool does', async (t) => {
  const host = await startHostProcess(t, {
    ...twoPools,
    pools: { default: oneThread, failing: { ...oneThread, rapidFailMax: 5 } },
  });

  for (let death = 0; death < 5; death += 1) {
    assert.equal((await fetchRaw(t, host.port, '/exits')).statusCode, 502);
  }
  const line = await host.logs.find({ evt: 'pool.rapidfail' });
  const refused = await fetchRaw(t, host.port, '/tag?x');
  const other = await fetchRaw(t, host.port, '/hello');

  assert.equal(line.level, 60);
  assert.equal(line['pool'], 'failing');
  assert.equal(line['deaths'], 5);
  assert.equal(refused.statusCode, 503);
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal(refused.text, '{"statusCode":503,"error":"Service Unavailable"}\n');
  assert.equal(other.text, 'hello');
  const access = await host.logs.find({ msg: 'request completed', extension: 'tag' });
  assert.equal(access['errorCode'], 'ISAPI_ERR_POOL_DISABLED');
});

test('what waits for a pool that is disabled is refused', async (t) => {
  const { host, port } = await startHost(t, {
    fixtures: ['exits-on-file', 'tag'],
    pools: { default: { ...oneThread, sessionsPerThread: 1, rapidFailMax: 1 } },
  });
  const file = join(tempFolder(t), 'exit');
  const keeper = host.pools.get('default');
  const running = fetchRaw(t, port, `/exits-on-file?${encodeURIComponent(file)}`);
  while (keeper?.requests()[0]?.stage !== 'running') await setTimeout(5);
  const waiting = [fetchRaw(t, port, '/tag?1'), fetchRaw(t, port, '/tag?2')];
  while (keeper.status().waiting < 2) await setTimeout(5);

  writeFileSync(file, '');

  assert.equal((await running).statusCode, 502);
  const codes = (await Promise.all(waiting)).map(({ statusCode }) => statusCode);
  assert.deepEqual(codes, [503, 503]);
});

test('a disabled pool serves again once it is enabled', async (t) => {
  const { host, port } = await startHost(t, {
    ...twoPools,
    pools: { default: oneThread, failing: { ...oneThread, rapidFailMax: 1 } },
  });
  const keeper = host.pools.get('failing');
  await fetchRaw(t, port, '/exits');
  assert.equal(keeper?.status().state, 'disabled');
  assert.equal((await fetchRaw(t, port, '/tag?x')).statusCode, 503);

  keeper.enable();

  assert.equal((await fetchRaw(t, port, '/tag?x')).text, 'tag x');
  assert.equal(keeper.status().state, 'serving');
});

test('a disabled pool serves again after the window', async (t) => {
  const host = await startHostProcess(t, {
    ...twoPools,
    pools: {
      default: oneThread,
      failing: { ...oneThread, rapidFailMax: 1, rapidFailWindowMs: 100 },
    },
  });
  await fetchRaw(t, host.port, '/exits');
  await host.logs.find({ msg: 'pool enabled' });

  assert.equal((await fetchRaw(t, host.port, '/tag?x')).text, 'tag x');
});

test('a reload takes a disabled pool back into service', async (t) => {
  const { host, port } = await startHost(t, {
    ...twoPools,
    pools: { default: oneThread, failing: { ...oneThread, rapidFailMax: 1 } },
  });
  await fetchRaw(t, port, '/exits');

  const swap = await host.pools.get('failing')?.reload();

  assert.deepEqual(swap, { ok: true, generation: 2 });
  assert.equal((await fetchRaw(t, port, '/tag?x')).text, 'tag x');
});
