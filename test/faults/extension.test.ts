import assert from 'node:assert/strict';
import test from 'node:test';
import { FaultHost, faultyPool, type Outcome, type Told } from '../helpers/fault-host.ts';
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
    'denied-too': { module: './faulty.mjs', paths: ['/denied-too'], pool: 'denied' },
    signalled: { module: './heeds-its-signal.mjs', paths: ['/signalled'] },
  },
});
const { port, logs } = host.host;

/** Just these events are told, and the pool serves on. */
async function told(events: readonly Told[], act: () => Promise<void>): Promise<void> {
  await host.tells(events, act, '/faulty?ok');
}

/** Each act ends so and is told so, and the next request of its pool is answered. */
async function provoke(
  acts: readonly string[],
  outcome: Outcome,
  events: readonly string[],
  path: string = '/faulty',
): Promise<void> {
  for (const act of acts) {
    const url = `${path}?${encodeURIComponent(act)}`;
    const all = events.map((evt) => [evt] as const);
    await host.tells(
      all,
      async () => assert.equal(await host.outcome(url), outcome, act),
      `${path}?ok`,
    );
  }
}

test('F1 an extension that throws or rejects with anything', () =>
  provoke(['throw-error', 'throw-null', 'throw-symbol', 'reject'], 500, ['ext.throw']));

test('F2 an error with a cyclic cause', () => provoke(['throw-cyclic'], 500, ['ext.throw']));

test('F3 a throw after the head was sent', () => provoke(['throw-late'], 'cut', ['ext.truncated']));

test('F7 a heap past its limit', async () => {
  const fields = { pool: 'small', errorCode: 'ERR_WORKER_OUT_OF_MEMORY', lost: 1 };

  await host.tells([['worker.oom', fields]], async () => {
    assert.equal(await host.outcome('/allocates-heap'), 502);
  });
});

test('F8 buffers outside the heap: a thread above its limit is replaced, one far above it is killed', async () => {
  await host.tells(
    [['worker.extmem', { pool: 'roomy', action: 'replaced' }]],
    async () => assert.equal(await host.outcome('/roomy?hold-buffers=24'), 200),
    '/roomy?ok',
  );

  await host.tells(
    [
      ['worker.extmem', { pool: 'roomy', action: 'killed' }],
      ['worker.exit', { pool: 'roomy' }],
    ],
    async () => assert.equal(await host.outcome('/roomy?hold-for-ever=64'), 502),
    '/roomy?ok',
  );
});

test('F10 process.exit and process.reallyExit', async () => {
  for (const [act, exitCode] of [
    ['exit', 3],
    ['really-exit', 4],
  ] as const) {
    await host.tells(
      [['worker.exit', { exitCode, lost: 1 }]],
      async () => assert.equal(await host.outcome(`/faulty?${act}`), 502),
      '/faulty?ok',
    );
  }
});

test('F11 what Node refuses in a thread: abort, chdir, umask', () =>
  provoke(['abort', 'chdir', 'umask'], 500, ['ext.throw']));

test('F12 signals to its own process', () =>
  provoke(['signal-term', 'signal-raw'], 500, ['ext.denied', 'ext.throw']));

test('F14 the signal that opens the inspector', () =>
  provoke(['signal-usr1'], 500, ['ext.denied', 'ext.throw']));

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

  // No more than ten a second are told of an extension.
  await provoke(acts.slice(0, 7), 500, ['ext.denied', 'ext.throw'], '/denied');
  await provoke(acts.slice(7), 500, ['ext.denied', 'ext.throw'], '/denied-too');

  const codes = logs.all
    .slice(from)
    .filter(({ evt, pool }) => evt === 'ext.throw' && pool === 'denied')
    .map(({ error }) => (error as { code: string }).code);
  assert.deepEqual(new Set(codes), new Set(['ERR_ACCESS_DENIED', 'ERR_DLOPEN_DISABLED']));
});

const linuxOnly = { skip: process.platform !== 'linux' };

test('F18 files left open are closed with their thread', linuxOnly, async (t) => {
  const files = async (act: string): Promise<number> =>
    Number((await fetchRaw(t, port, `/faulty?${act}`)).text);
  const opened = await files('open-files');

  await told([['worker.exit', { exitCode: 3 }]], async () => {
    assert.equal(await host.outcome('/faulty?exit'), 502);
  });

  const left = await files('count-files');
  assert.ok(left < opened - 200, `${opened} files before, ${left} after`);
});

test('F19 flags of V8 set while it runs', () => provoke(['flags'], 200, []));

test('F20 a rejection that nobody handles, after its request has ended', async (t) => {
  const neighbour = await RawClient.connect(t, port);
  neighbour.request('/signalled');
  await neighbour.nextHead();

  await host.tells(
    [
      ['ext.late', { extension: 'faulty', errorMessage: 'secret' }],
      ['worker.exit', { lost: 1 }],
    ],
    async () => assert.equal(await host.outcome('/faulty?late'), 200),
    '/faulty?ok',
  );
  await neighbour.untilClosed();
});

test('F21 writes and ends behind the end of a session', (t) =>
  told([['ext.afterdone', { extension: 'faulty' }]], async () => {
    assert.equal((await fetchRaw(t, port, '/faulty?afterdone')).text, 'first');
  }));

test('F22 a status that cannot end a request', () =>
  provoke(
    ['nan', 'zero', 'low', 'high', 'huge', 'part', 'interim'].map((name) => `status=${name}`),
    500,
    ['ext.badstatus', 'ext.throw'],
  ));

test('F23 a header that is none', async () => {
  const names = ['cr-value', 'lf-value', 'nul-value', 'wide-value', 'empty-name', 'space-name'];
  const acts = names.map((name) => `header=${name}`);
  await provoke(acts, 500, ['ext.badheader', 'ext.throw']);
  await provoke(['reason'], 500, ['ext.badstatus', 'ext.throw']);
});

test('F24 a head that is too large', () =>
  provoke(['header=large', 'header=many'], 500, ['ext.badheader', 'ext.throw']));

test('F25 framing headers of its own are dropped', (t) =>
  told([['ext.framing', { extension: 'faulty' }]], async () => {
    const response = await fetchRaw(t, port, '/faulty?framing');
    assert.deepEqual([response.statusCode, response.text], [200, 'body']);
    assert.deepEqual([response.headers['upgrade'], response.framing], [undefined, 'length']);
  }));

test('F26 a body that is shorter or longer than announced', async (t) => {
  await provoke(['length=10'], 'cut', ['ext.length']);

  await told([['ext.length']], async () => {
    const client = await RawClient.connect(t, port);
    const response = await client.request('/faulty?length%3D2').next();
    assert.equal(response.text, 'bo');
    assert.equal((await client.untilClosed()).rest.length, 0);
  });
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
  await provoke(['read-nan', 'read-negative', 'write-number'], 500, ['ext.misuse', 'ext.throw']);

  assert.equal((await fetchRaw(t, port, '/faulty?read-past-end')).text, '0 0');
});

test('F30 writes that nobody awaits, without end', () =>
  provoke(['flood'], 'cut', ['ext.flood', 'ext.truncated']));

test('F31 changed prototypes stay in their thread', async () => {
  await host.tells([], async () => assert.equal(await host.outcome('/faulty?pollute'), 200));
  assert.equal(await host.outcome('/empty?ok'), 200);
  // The thread is of no use any more.
  await told([['worker.exit', { exitCode: 3 }]], async () => {
    assert.equal(await host.outcome('/faulty?exit'), 502);
  });
});

test('F37 values that cannot leave the thread', () =>
  provoke(['return-function', 'input-function'], 500, ['ext.throw']));

test('F39 a channel of its own is left alone', async () => {
  await told([], async () => assert.equal(await host.outcome('/faulty?broadcast'), 200));

  await told([['ext.leftover', { pool: 'default' }]], () => host.recycle('default'));
});

test('F40 more lines than a log can take', async (t) => {
  const from = logs.all.length;

  await told([['ext.logflood', { extension: 'faulty' }]], async () => {
    assert.equal((await fetchRaw(t, port, '/faulty?log-flood')).text, 'logged');
  });

  const lines = logs.all.slice(from).filter(({ msg }) => msg === 'extension output');
  assert.equal(lines[0]?.['text'], 'line 0');
  assert.equal(lines[0]?.['extension'], 'faulty');
  assert.ok(lines.length < 100_000, `${lines.length} lines`);
});

test('F41 a busy thread pool of libuv', () => provoke(['busy-pool'], 200, []));

test('F42 the environment of the host', async (t) => {
  assert.equal((await fetchRaw(t, port, '/empty?env')).text, '{}');
});
