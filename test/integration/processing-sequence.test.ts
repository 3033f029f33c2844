// The eight steps of the processing sequence in the "ISAPI Extension Overview", one test or more each.
import assert from 'node:assert/strict';
import test from 'node:test';
import { HSE_VERSION } from '@isapi-host/sdk';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';
import { startTraced } from '../helpers/trace.ts';

test('step 1: an extension is loaded at its first request, not before', async (t) => {
  const host = await startTraced(t);
  assert.deepEqual(host.steps(), []);

  await fetchRaw(t, host.port, '/trace?first');

  assert.deepEqual(
    host.steps().map(({ step }) => step),
    ['attach', 'version', 'version done', 'proc first', 'return first'],
  );
});

test('step 1: an extension is loaded, and asked its version, once per thread', async (t) => {
  const host = await startTraced(t, { minThreads: 2, maxThreads: 2 });

  for (let i = 0; host.steps().filter(({ step }) => step === 'attach').length < 2; i += 1) {
    assert.ok(i < 1000, 'one thread answers everything');
    await Promise.all(Array.from({ length: 60 }, () => fetchRaw(t, host.port, '/trace?any')));
  }
  await host.close();

  const steps = host.steps();
  const threads = new Set(steps.map(({ thread }) => thread));
  assert.equal(threads.size, 2);
  for (const thread of threads) {
    const own = steps.filter((step) => step.thread === thread).map(({ step }) => step);
    assert.deepEqual(own.slice(0, 3), ['attach', 'version', 'version done']);
    assert.equal(own.filter((step) => ['attach', 'version'].includes(step)).length, 2);
  }
});

test('step 1: while an extension loads, its requests wait; none is called before the version is told', async (t) => {
  const host = await startTraced(t);

  await Promise.all(Array.from({ length: 20 }, (_, i) => fetchRaw(t, host.port, `/trace?${i}`)));

  const steps = host.steps().map(({ step }) => step);
  assert.deepEqual(steps.slice(0, 3), ['attach', 'version', 'version done']);
  assert.equal(steps.filter((step) => step.startsWith('proc ')).length, 20);
});

test('step 1: an extension with `preload` is loaded before its first request', async (t) => {
  const host = await startTraced(
    t,
    {},
    {
      fixtures: [],
      extensions: { trace: { module: './trace.mjs', paths: ['/trace'], preload: true } },
    },
  );

  await host.until('version done');

  assert.deepEqual(
    host.steps().map(({ step }) => step),
    ['attach', 'version', 'version done'],
  );
});

test('steps 2 and 3: each request has a control block of its own, filled from the request', async (t) => {
  const host = await startHost(t, { fixtures: ['describe'] });

  const response = await fetchRaw(t, host.port, '/describe/a%20b?HTTP_X_TEST&REMOTE_ADDR', {
    method: 'POST',
    headers: 'Content-Type: text/plain\r\nX-Test: one\r\nX-Test: two\r\n',
    body: 'the body',
  });

  const { connId, pathTranslated, ...block } = JSON.parse(response.text) as Record<string, unknown>;
  assert.equal(typeof connId, 'number');
  assert.match(String(pathTranslated), /\/a b$/);
  assert.deepEqual(block, {
    version: HSE_VERSION,
    method: 'POST',
    queryString: 'HTTP_X_TEST&REMOTE_ADDR',
    pathInfo: '/a b',
    contentType: 'text/plain',
    totalBytes: 8,
    data: 'the body',
    variables: { HTTP_X_TEST: 'one, two', REMOTE_ADDR: '127.0.0.1' },
  });
});

test('step 3: no two requests share a connId', async (t) => {
  const host = await startHost(t, { fixtures: ['describe'] });

  const responses = await Promise.all(
    Array.from({ length: 50 }, () => fetchRaw(t, host.port, '/describe')),
  );

  const ids = responses.map(({ text }) => (JSON.parse(text) as { connId: number }).connId);
  assert.equal(new Set(ids).size, 50);
});

test('step 4: httpExtensionProc is called exactly once for every request', async (t) => {
  const host = await startTraced(t, { maxThreads: 2 });
  const client = await RawClient.connect(t, host.port);
  for (let i = 0; i < 100; i += 1) client.request(`/trace?${i}`);
  for (let i = 0; i < 100; i += 1) await client.next();

  const procs = host.steps().filter(({ step }) => step.startsWith('proc '));
  assert.deepEqual(
    procs.map(({ step }) => step),
    Array.from({ length: 100 }, (_, i) => `proc ${i}`),
  );
});

test('step 5: an extension reads more from the client and writes back', async (t) => {
  const host = await startHost(t, { fixtures: ['echo'] });
  const body = 'more than the read-ahead '.repeat(10_000);

  const response = await fetchRaw(t, host.port, '/echo', { method: 'POST', body });

  assert.equal(response.statusCode, 200);
  assert.equal(response.text, body);
});

test('step 6: a synchronous extension is finished when it returns HSE_STATUS_SUCCESS', async (t) => {
  const host = await startHost(t, { fixtures: ['hello'] });

  const { statusCode, text } = await fetchRaw(t, host.port, '/hello');

  assert.deepEqual({ statusCode, text }, { statusCode: 200, text: 'hello' });
});

test('step 6: an asynchronous extension returns HSE_STATUS_PENDING and is finished with DONE_WITH_SESSION', async (t) => {
  const host = await startTraced(t);

  const response = await fetchRaw(t, host.port, '/trace?pending');

  assert.equal(response.statusCode, 200);
  assert.match(response.text, /^thread \d+$/);
  assert.deepEqual(
    host
      .steps()
      .slice(3)
      .map(({ step }) => step),
    ['proc pending', 'done pending'],
  );
});

test('step 6: DONE_WITH_SESSION may come before the proc has returned PENDING', async (t) => {
  const host = await startHost(t, { fixtures: ['done-early'] });
  const client = await RawClient.connect(t, host.port);

  const first = await client.request('/done-early').next();
  const second = await client.request('/done-early').next();

  assert.deepEqual([first.text, second.text], ['done early', 'done early']);
});

test('step 6: a second DONE_WITH_SESSION changes nothing', async (t) => {
  const host = await startHost(t, { fixtures: ['done-twice'] });
  const client = await RawClient.connect(t, host.port);

  const first = await client.request('/done-twice').next();
  const second = await client.request('/done-twice').next();

  assert.deepEqual([first.text, second.text], ['done once', 'done once']);
});

test('step 6: a pending session holds no thread', async (t) => {
  const host = await startHost(t, {
    fixtures: ['pending-forever', 'hello'],
    pools: { default: { minThreads: 1, maxThreads: 1 } },
    shutdownTimeoutMs: 0,
  });
  const waiting = await RawClient.connect(t, host.port);
  waiting.request('/pending-forever');

  for (let i = 0; i < 20; i += 1) {
    assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');
  }
});

test('step 7: the connection stays open where keep-alive is allowed', async (t) => {
  const host = await startHost(t, { fixtures: ['hello'] });
  const client = await RawClient.connect(t, host.port);

  const responses = [
    await client.request('/hello').next(),
    await client.request('/hello').next(),
    await client.request('/hello').next(),
  ];

  assert.deepEqual(
    responses.map(({ text, headers }) => [text, headers['connection']]),
    Array.from({ length: 3 }, () => ['hello', 'keep-alive']),
  );
});

test('step 7: the connection is closed where keep-alive is not allowed', async (t) => {
  const host = await startHost(t, { fixtures: ['hello'] });
  const client = await RawClient.connect(t, host.port);

  const response = await client.request('/hello', { headers: 'Connection: close\r\n' }).next();

  assert.equal(response.headers['connection'], 'close');
  assert.deepEqual(await client.untilClosed(), { rest: Buffer.alloc(0), by: 'end' });
});

test('step 8: terminateExtension is called once per thread at unload, after the last request', async (t) => {
  const host = await startTraced(t, { minThreads: 2, maxThreads: 2 });
  await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      fetchRaw(t, host.port, `/trace?${i % 2 === 0 ? 'pending' : 'plain'}${i}`),
    ),
  );
  assert.ok(!host.steps().some(({ step }) => step.startsWith('terminate')));

  await host.close();

  const steps = host.steps();
  for (const thread of new Set(steps.map((step) => step.thread))) {
    const own = steps.filter((step) => step.thread === thread).map(({ step }) => step);
    assert.deepEqual(own.slice(-2), ['terminate 2', 'terminate done']);
    assert.equal(own.filter((step) => step.startsWith('terminate')).length, 2);
  }
});

test('step 8: a request under way ends before its extension is terminated', async (t) => {
  const host = await startTraced(t);
  const client = await RawClient.connect(t, host.port);
  await client.request('/trace?first').next();
  client.request('/trace?pending');
  await host.until('proc pending');

  const closed = host.close();
  const response = await client.next();
  client.reset();
  await closed;

  assert.match(response.text, /^thread/);
  assert.deepEqual(
    host
      .steps()
      .slice(-4)
      .map(({ step }) => step),
    ['proc pending', 'done pending', 'terminate 2', 'terminate done'],
  );
});

test('step 8: an extension that is not cached is terminated when its last session has ended, and loaded anew', async (t) => {
  const host = await startTraced(t, {}, { cacheExtensions: false });

  await fetchRaw(t, host.port, '/trace?one');
  await fetchRaw(t, host.port, '/trace?two');
  await host.close();

  const steps = host.steps();
  assert.deepEqual(
    steps.map(({ step }) => step),
    ['one', 'two'].flatMap((query) => [
      'attach',
      'version',
      'version done',
      `proc ${query}`,
      `return ${query}`,
      'terminate 2',
      'terminate done',
    ]),
  );
});

test('step 8: a thread that is idle leaves with its extensions, down to the least that the pool keeps', async (t) => {
  const host = await startTraced(t, { minThreads: 0, idleTimeoutMs: 1 });

  await fetchRaw(t, host.port, '/trace?one');
  await host.until('terminate done');
  await fetchRaw(t, host.port, '/trace?two');

  const threads = host.steps().map(({ thread }) => thread);
  assert.equal(new Set(threads).size, 2);
});
