import assert from 'node:assert/strict';
import test from 'node:test';
import { fetchRaw } from '../helpers/raw-http.ts';
import { startHostProcess } from '../helpers/start-host.ts';

const named = {
  nothing: undefined,
  timer: /^Timeout 1$/,
  server: /^TCP\w+ 1$/,
  port: /^MessagePort 1$/,
};

test('what extensions leave open is named when their thread goes, and nothing else is', async (t) => {
  const names = Object.keys(named);
  const host = await startHostProcess(t, {
    extensions: Object.fromEntries(
      names.map((name) => [name, { module: './leaves.mjs', paths: [`/${name}`], pool: name }]),
    ),
    pools: Object.fromEntries(names.map((name) => [name, { minThreads: 1, maxThreads: 1 }])),
  });
  for (const name of names) {
    assert.equal((await fetchRaw(t, host.port, `/${name}?${name}`)).text, 'left');
  }

  await host.close();

  const lines = host.logs.all.filter(({ evt }) => evt === 'ext.leftover');
  for (const [name, left] of Object.entries(named)) {
    const [line, ...more] = lines.filter(({ pool }) => pool === name);
    assert.deepEqual(more, []);
    if (left === undefined) assert.equal(line, undefined);
    else assert.match(String(line?.['left']), left);
  }
});
