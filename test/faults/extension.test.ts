import assert from 'node:assert/strict';
import test from 'node:test';
import { FaultHost, faultyPool, type Outcome } from '../helpers/fault-host.ts';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';

// What an extension does in its own session or thread. Rows of the table in docs/reliability.md.

const host = await FaultHost.start(test, {
  pools: {
    roomy: { ...faultyPool, externalMb: 16 },
    small: { ...faultyPool, heapMb: 32 },
    empty: { ...faultyPool, env: {} },
    denied: { ...faultyPool, env: {}, permissions: {} },
  },
  extensions: {
    'allocates-heap': { module: './allocates-heap.mjs', paths: ['/allocates-heap'], pool: 'small' },
    roomy: { module: './faulty.mjs', paths: ['/roomy'], pool: 'roomy' },
    empty: { module: './faulty.mjs', paths: ['/empty'], pool: 'empty' },
    denied: { module: './faulty.mjs', paths: ['/denied'], pool: 'denied' },
    signalled: { module: './heeds-its-signal.mjs', paths: ['/signalled'] },
  },
});
const { port, logs } = host.host;

/** Each act ends so and is told of so; the next request of its pool is answered, and nobody else notices. */
async function provoke(
  acts: readonly string[],
  outcome: Outcome,
  evt: string,
  path: string = '/faulty',
): Promise<void> {
  for (const act of acts) {
    const event = host.watch();
    assert.equal(await host.outcome(`${path}?${encodeURIComponent(act)}`), outcome, act);
    await event(evt);
    assert.equal(await host.outcome(`${path}?ok`), 200, act);
  }
  await host.othersAreServed();
}

test('F1 an extension that throws or rejects with anything', () =>
  provoke(['throw-error', 'throw-null', 'throw-symbol', 'reject'], 500, 'ext.throw'));

test('F2 an error with a cyclic cause', () => provoke(['throw-cyclic'], 500, 'ext.throw'));

test('F3 a throw after the head was sent', () => provoke(['throw-late'], 'cut', 'ext.truncated'));

test('F7 a heap past its limit', async () => {
  const event = host.watch();

  assert.equal(await host.outcome('/allocates-heap'), 502);

  const line = await event('worker.oom', { pool: 'small' });
  assert.equal(line['errorCode'], 'ERR_WORKER_OUT_OF_MEMORY');
  await host.othersAreServed();
});

test('F8 buffers outside the heap: a thread above its limit is replaced, one far above it is killed', async () => {
  const event = host.watch();

  assert.equal(await host.outcome('/roomy?hold-buffers=24'), 200);
  await event('worker.extmem', { pool: 'roomy', action: 'replaced' });
  assert.equal(await host.outcome('/roomy?grow-buffers'), 502);
  await event('worker.extmem', { pool: 'roomy', action: 'killed' });

  assert.equal(await host.outcome('/roomy?ok'), 200);
  await host.othersAreServed();
});

test('F10 process.exit and process.reallyExit', async () => {
  const event = host.watch();
  await provoke(['exit', 'really-exit'], 502, 'worker.exit');
  await event('worker.exit', { exitCode: 3, lost: 1 });
  await event('worker.exit', { exitCode: 4, lost: 1 });
});

test('F11 what Node refuses in a thread: abort, chdir, umask', () =>
  provoke(['abort', 'chdir', 'umask'], 500, 'ext.throw'));

test('F12 signals to its own process', () =>
  provoke(['signal-term', 'signal-raw'], 500, 'ext.denied'));

test('F14 the signal that opens the inspector', async () => {
  assert.equal(await host.outcome('/faulty?signal-usr1'), 500);
  await host.othersAreServed();
});

test('F15 what the permissions of its pool deny', async () => {
  const acts = [
    'spawn',
    'worker',
    'inspector',
    'binding',
    'addon',
    'snapshot',
    'environ',
    'memory-file',
    'read-outside',
    'list-outside',
    'write-outside',
    'append-outside',
    'remove-outside',
    'folder-outside',
  ];
  const from = logs.all.length;

  await provoke(acts, 500, 'ext.throw', '/denied');

  const codes = logs.all
    .slice(from)
    .filter(({ evt, pool }) => evt === 'ext.throw' && pool === 'denied')
    .map(({ error }) => (error as { code: string }).code);
  assert.deepEqual(new Set(codes), new Set(['ERR_ACCESS_DENIED', 'ERR_DLOPEN_DISABLED']));
  assert.ok(logs.all.some(({ evt, pool }) => evt === 'ext.denied' && pool === 'denied'));
});

const linuxOnly = { skip: process.platform !== 'linux' };

test('F18 files left open are closed with their thread', linuxOnly, async (t) => {
  const opened = Number((await fetchRaw(t, port, '/faulty?open-files')).text);
  assert.equal(await host.outcome('/faulty?exit'), 502);

  const left = Number((await fetchRaw(t, port, '/faulty?count-files')).text);

  assert.ok(left < opened - 200, `${opened} files before, ${left} after`);
  await host.othersAreServed();
});

test('F19 flags of V8 set while it runs', async () => {
  assert.equal(await host.outcome('/faulty?flags'), 200);
  await host.othersAreServed();
});

test('F20 a rejection that nobody handles, after its request has ended', async (t) => {
  const event = host.watch();
  const neighbour = await RawClient.connect(t, port);
  neighbour.request('/signalled');
  await neighbour.nextHead();

  assert.equal(await host.outcome('/faulty?late'), 200);

  const late = await event('ext.late');
  assert.equal(late['errorMessage'], 'secret');
  await event('worker.exit', { lost: 1 });
  await neighbour.untilClosed();
  assert.equal(await host.outcome('/faulty?ok'), 200);
  await host.othersAreServed();
});

test('F21 writes and ends behind the end of a session', async (t) => {
  const event = host.watch();

  assert.equal((await fetchRaw(t, port, '/faulty?afterdone')).text, 'first');

  const line = await event('ext.afterdone');
  assert.equal(line['extension'], 'faulty');
  await host.othersAreServed();
});

test('F22 a status that cannot end a request', () =>
  provoke(
    ['nan', 'zero', 'low', 'high', 'huge', 'part', 'interim'].map((name) => `status=${name}`),
    500,
    'ext.throw',
  ).then(() => assert.ok(logs.all.some(({ evt }) => evt === 'ext.badstatus'))));

test('F23 a header that is none', () =>
  provoke(
    [
      ...['cr-value', 'lf-value', 'nul-value', 'wide-value', 'empty-name', 'space-name'].map(
        (name) => `header=${name}`,
      ),
      'reason',
    ],
    500,
    'ext.throw',
  ).then(() => assert.ok(logs.all.some(({ evt }) => evt === 'ext.badheader'))));

test('F24 a head that is too large', () =>
  provoke(['header=large', 'header=many'], 500, 'ext.throw'));

test('F25 framing headers of its own are dropped', async (t) => {
  const event = host.watch();

  const response = await fetchRaw(t, port, '/faulty?framing');

  assert.deepEqual([response.statusCode, response.text], [200, 'body']);
  assert.deepEqual([response.headers['upgrade'], response.framing], [undefined, 'length']);
  await event('ext.framing');
  await host.othersAreServed();
});

test('F26 a body that is shorter or longer than announced', async (t) => {
  const event = host.watch();
  assert.equal(await host.outcome('/faulty?length%3D10'), 'cut');
  await event('ext.length');
  const client = await RawClient.connect(t, port);

  const response = await client.request('/faulty?length%3D2').next();

  assert.equal(response.text, 'bo');
  assert.equal((await client.untilClosed()).rest.length, 0);
  await host.othersAreServed();
});

test('F27 a body where there can be none', async (t) => {
  const client = await RawClient.connect(t, port);

  const codes = [];
  for (const status of ['204', '304']) {
    const response = await client.request(`/faulty?bodiless%3D${status}`).next();
    codes.push([response.statusCode, response.text]);
  }
  const head = await client.request('/faulty?ok', { method: 'HEAD' }).next({ method: 'HEAD' });
  const last = await client.request('/faulty?ok').next();

  assert.deepEqual(codes, [
    [204, ''],
    [304, ''],
  ]);
  assert.deepEqual([head.text, last.text], ['', 'ok']);
});

test('F28 a body that its extension does not read', async (t) => {
  const client = await RawClient.connect(t, port);

  const short = await client
    .request('/faulty?ok', { method: 'POST', body: 'x'.repeat(60_000) })
    .next();
  const next = await client.request('/faulty?ok').next();
  client.send('POST /faulty?ok HTTP/1.1\r\nHost: test\r\nContent-Length: 10000000\r\n\r\n');
  client.send('x'.repeat(100_000));
  const long = await client.next();

  assert.deepEqual([short.text, next.text, long.text], ['ok', 'ok', 'ok']);
  assert.equal(long.headers['connection'], 'close');
  await host.othersAreServed();
});

test('F29 calls with nonsense, and reads past the end', async (t) => {
  const event = host.watch();
  await provoke(['read-nan', 'read-negative', 'write-number'], 500, 'ext.throw');
  await event('ext.misuse');

  assert.equal((await fetchRaw(t, port, '/faulty?read-past-end')).text, '0 0');
});

test('F30 writes that nobody awaits, without end', () => provoke(['flood'], 'cut', 'ext.flood'));

test('F31 changed prototypes stay in their thread', async () => {
  assert.equal(await host.outcome('/faulty?pollute'), 200);
  await host.othersAreServed();
  assert.equal(await host.outcome('/empty?ok'), 200);
  // The thread is of no use any more.
  assert.equal(await host.outcome('/faulty?exit'), 502);
});

test('F37 values that cannot leave the thread', () =>
  provoke(['return-function', 'input-function'], 500, 'ext.throw'));

test('F39 a channel of its own is left alone', async () => {
  assert.equal(await host.outcome('/faulty?broadcast'), 200);
  await host.othersAreServed();
});

test('F40 more lines than a log can take', async (t) => {
  const event = host.watch();
  const from = logs.all.length;

  assert.equal((await fetchRaw(t, port, '/faulty?log-flood')).text, 'logged');

  await event('ext.logflood');
  await host.othersAreServed();
  const lines = logs.all.slice(from).filter(({ msg }) => msg === 'extension output');
  assert.equal(lines[0]?.['text'], 'line 0');
  assert.equal(lines[0]?.['extension'], 'faulty');
  assert.ok(lines.length < 100_000, `${lines.length} lines`);
});

test('F41 a busy thread pool of libuv', async () => {
  assert.equal(await host.outcome('/faulty?busy-pool'), 200);
  await host.othersAreServed();
});

test('F42 the environment of the host', async (t) => {
  assert.equal((await fetchRaw(t, port, '/empty?env')).text, '{}');
});
