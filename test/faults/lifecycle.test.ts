import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { FaultHost, faultyPool, type Outcome, type Told } from '../helpers/fault-host.ts';
import { fixtures } from '../helpers/fixtures.ts';
import { faultCounts } from '../helpers/metrics.ts';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

// What takes too long, loading, and the life of threads. Rows of the table in docs/reliability.md.

const folder = tempFolder(test);
const late = join(folder, 'late.cjs');
const changing = join(folder, 'changing.mjs');
writeFileSync(changing, moduleThatSays('old'));

const host = await FaultHost.start(test, {
  fixtures: ['hello'],
  pools: {
    // What is to end in time has to, on a busy machine too.
    short: { ...faultyPool, requestTimeoutMs: 1500 },
    loads: { ...faultyPool, loadTimeoutMs: 500 },
    crashes: { ...faultyPool, rapidFailMax: 3, rapidFailWindowMs: 300_000 },
    boots: { ...faultyPool, env: { NODE_OPTIONS: `--require=${late}` } },
    many: { ...faultyPool, sessionsPerThread: 4 },
    full: { ...faultyPool, sessionsPerThread: 1, maxQueue: 1 },
    recycles: { ...faultyPool, recycleRequests: 20 },
    terminates: faultyPool,
    // What one request leaves in its thread is there for the next.
    watches: faultyPool,
  },
  extensions: {
    short: { module: './faulty.mjs', paths: ['/short'], pool: 'short' },
    neighbour: { module: './heeds-its-signal.mjs', paths: ['/neighbour'], pool: 'short' },
    missing: { module: './not-there.mjs', paths: ['/missing'], pool: 'loads' },
    ...Object.fromEntries(
      [
        'top-level-throw',
        'top-level-loops',
        'top-level-waits',
        'top-level-exits',
        'version-false',
        'version-throws',
        'version-waits',
      ].map((name) => [name, { module: `./${name}.mjs`, paths: [`/${name}`], pool: 'loads' }]),
    ),
    loadable: { module: './faulty.mjs', paths: ['/loadable'], pool: 'loads' },
    changing: { module: changing, paths: ['/changing'] },
    crashes: { module: './exits.mjs', paths: ['/crashes'], pool: 'crashes' },
    boots: { module: './hello.mjs', paths: ['/boots'], pool: 'boots' },
    many: { module: './faulty.mjs', paths: ['/many'], pool: 'many' },
    'many-tags': { module: './other-tag.mjs', paths: ['/many-tags'], pool: 'many' },
    'many-pending': { module: './heeds-its-signal.mjs', paths: ['/many-pending'], pool: 'many' },
    full: { module: './heeds-its-signal.mjs', paths: ['/full'], pool: 'full' },
    recycles: { module: './faulty.mjs', paths: ['/recycles'], pool: 'recycles' },
    terminates: { module: './terminate-throws.mjs', paths: ['/terminates'], pool: 'terminates' },
    watches: { module: './heeds-its-signal.mjs', paths: ['/watches'], pool: 'watches' },
    download: { module: './download.mjs', paths: ['/download'] },
  },
});
const { port, logs } = host.host;

function moduleThatSays(text: string): string {
  return `export const getExtensionVersion = () => ({ version: 0x80000, description: '' });
export const httpExtensionProc = async (ecb) => (await ecb.writeClient('${text}'), 1);\n`;
}

/** Others may wait for the thread beyond their deadlines. */
const own = { phase: 'running' };

test('F4 a promise that never settles', () =>
  outlives('never', [['ext.deadline', own], ['worker.killed'], ['worker.exit']]));

for (const act of ['loop', 'regexp', 'wait']) {
  test(`F5 a thread that is blocked: ${act}`, () =>
    outlives(act, [['ext.deadline', own], ['worker.killed'], ['worker.exit']]));
}

test(
  'F6 a thread that is blocked in native code',
  { skip: process.platform === 'win32' },
  async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    const act = `native%3D${encodeURIComponent(fifo)}`;

    try {
      await outlives(act, [['ext.deadline', own], ['worker.killed'], ['worker.quarantined']]);
    } finally {
      // Else the thread would let the host never end.
      writeFileSync(fifo, '');
    }
  },
);

/** A session goes on past its deadline; its thread is replaced after a grace. */
async function outlives(act: string, told: readonly Told[]): Promise<void> {
  await host.served('/short?ok');
  const events = told.map(([evt, fields]) => [evt, { pool: 'short', ...fields }] as const);
  await host.tells(
    events,
    async () => {
      assert.equal(await host.outcome(`/short?${act}`), 504);
      // A fresh thread serves before the old one is given up.
      await host.served('/short?ok');
    },
    '/short?ok',
  );
}

/** A request whose module cannot be loaded ends so, is told so, and the others of its pool are served. */
async function refused(name: string, outcome: Outcome, told: readonly Told[]): Promise<void> {
  await host.tells(
    told,
    async () => assert.equal(await host.outcome(`/${name}`), outcome),
    '/loadable?ok',
  );
}

test('F43 a module that is missing', () =>
  refused('missing', 500, [['ext.load', { extension: 'missing' }]]));

test('F44 a module that throws at its top level', () =>
  refused('top-level-throw', 500, [['ext.load', { extension: 'top-level-throw' }]]));

const timedOut = { errorCode: 'ISAPI_ERR_LOAD_TIMEOUT' };

test('F45 a module that never finishes loading', async () => {
  await refused('top-level-waits', 504, [['ext.load', timedOut]]);
  await refused('top-level-loops', 504, [['ext.load', timedOut], ['worker.exit']]);
});

test('F45 a module that exits while it loads', () =>
  refused('top-level-exits', 502, [['worker.exit', { pool: 'loads', lost: 1 }]]));

for (const [name, status, evt] of [
  ['version-false', 500, 'ext.version'],
  ['version-throws', 500, 'ext.version'],
  ['version-waits', 504, 'ext.load'],
] as const) {
  test(`F46 a version that is refused: ${name}`, () =>
    refused(name, status, [[evt, { extension: name }]]));
}

test('F47 100 first requests at once are one load', async (t) => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => fetchRaw(t, port, '/hello')));

  assert.ok(answers.every(({ text }) => text === 'hello'));
  const loaded = {
    msg: 'extension loaded',
    module: join(fixtures, 'hello.mjs'),
    pool: 'default',
  };
  await logs.find(loaded);
  await host.othersAreServed();
  const loads = logs.all.filter(
    ({ msg, module, pool }) =>
      msg === loaded.msg && module === loaded.module && pool === loaded.pool,
  );
  assert.equal(loads.length, 1);
});

test('F48 a module that is replaced while it is loaded', async (t) => {
  assert.equal((await fetchRaw(t, port, '/changing')).text, 'old');
  writeFileSync(changing, moduleThatSays('new'));

  assert.equal((await fetchRaw(t, port, '/changing')).text, 'old');
});

test('F49 a crash loop puts its pool out of service, and no other', async () => {
  const outcomes: Outcome[] = [];
  const exit = ['worker.exit', { pool: 'crashes' }] as const;

  await host.tells([exit, exit, exit, ['pool.rapidfail', { pool: 'crashes' }]], async () => {
    for (let i = 0; i < 4; i += 1) outcomes.push(await host.outcome('/crashes'));
  });

  assert.deepEqual(outcomes, [502, 502, 502, 503]);
});

test('F50 threads that cannot start are tried again, for ever', async () => {
  await logs.find({ evt: 'pool.boot', pool: 'boots' });
  assert.ok((await faultCounts(host.host.adminUrl)).get('pool.boot') > 0);

  writeFileSync(late, '');

  assert.equal(await host.outcome('/boots'), 200);
  await host.othersAreServed();
});

test('F51 a thread that dies costs what it runs; what waits is served', async (t) => {
  const pending = await Promise.all([1, 2].map(() => RawClient.connect(t, port)));
  for (const client of pending) {
    client.request('/many-pending');
    await client.nextHead();
  }
  const codes: number[] = [];

  const [line] = await host.tells(
    [['worker.exit', { pool: 'many' }]],
    async () => {
      const exits = host.outcome('/many?exit');
      const waiting = Array.from({ length: 50 }, (_, i) => fetchRaw(t, port, `/many-tags?${i}`));
      assert.equal(await exits, 502);
      for (const client of pending) await client.untilClosed();
      codes.push(...(await Promise.all(waiting)).map(({ statusCode }) => statusCode));
    },
    '/many?ok',
  );

  assert.ok(Number(line?.['lost']) >= 3, String(line?.['lost']));
  assert.ok(codes.every((code) => code === 200 || code === 502));
  assert.ok(codes.filter((code) => code === 502).length <= 4);
});

test('F53 a pool that is exhausted', async (t) => {
  const running = await RawClient.connect(t, port);
  running.request('/full');
  await running.nextHead();
  const waiting = await RawClient.connect(t, port);
  waiting.request('/full?seen');

  await host.tells([['pool.full', { pool: 'full' }]], async () => {
    while ((await host.outcome('/full?seen')) !== 503);
  });
});

test('F54 a client that leaves', async (t) => {
  const client = await RawClient.connect(t, port);
  client.request('/watches');
  await client.nextHead();
  client.reset();

  await logs.find({ msg: 'request completed', extension: 'watches', statusCode: 499 });

  let seen = '';
  while (!seen.startsWith('ERROR_NETNAME_DELETED')) {
    seen = (await fetchRaw(t, port, '/watches?seen')).text;
  }
  assert.equal(seen, 'ERROR_NETNAME_DELETED, connected: false');
});

test('F55 threads that are recycled under load', async () => {
  const outcomes = [];
  for (let i = 0; i < 60; i += 1) outcomes.push(await host.outcome('/recycles?turns%3D5'));

  assert.deepEqual(new Set(outcomes), new Set([200]));
  await logs.find({ msg: 'pool recycled', pool: 'recycles' });
  const metrics = await (await fetch(`${host.host.adminUrl}/metrics`)).text();
  assert.match(metrics, /isapi_pool_recycles_total\{pool="recycles",reason="requests"\} [1-9]/);
  await host.othersAreServed();
});

test('F56 a client that reads slowly costs nobody else anything', async (t) => {
  const client = await RawClient.connect(t, port);
  client.socket.pause();
  client.request('/download?16000000');
  await host.othersAreServed();

  assert.equal(await host.outcome('/faulty?ok'), 200);
});

test('F52 a terminateExtension that throws', async () => {
  assert.equal(await host.outcome('/terminates'), 200);

  await host.tells(
    [['ext.terminate', { pool: 'terminates' }]],
    () => host.recycle('terminates'),
    '/terminates',
  );
});
