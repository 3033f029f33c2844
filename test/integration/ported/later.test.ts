import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchRaw, RawClient } from '../../helpers/raw-http.ts';
import { startSite } from '../../helpers/start-site.ts';

// isapi.md 10.1, samples 5 and 6: KeepAliveP and WorkerThread.

const { port } = await startSite();

const queued = '/ported/keep-alive-with-threads';

test('as many requests as have workers and places all get their page, over connections that stay', async (t) => {
  const clients = await Promise.all([1, 2, 3, 4].map(() => RawClient.connect(t, port)));

  for (let round = 0; round < 2; round += 1) {
    const pages = await Promise.all(
      clients.map((client) => client.request(`${queued}?ms=1`).next()),
    );

    assert.deepEqual(
      pages.map(({ headers, text }) => [headers['connection'], /<h1>(.*)<\/h1>/.exec(text)?.[1]]),
      clients.map(() => ['keep-alive', 'KeepAliveP']),
    );
  }
});

test('one request more is told at once that all are busy, and clients that leave make room', async (t) => {
  const clients = await Promise.all([1, 2, 3, 4, 5].map(() => RawClient.connect(t, port)));

  const first = await Promise.race(
    clients.map((client) => client.request(`${queued}?ms=10000`).next()),
  );
  for (const client of clients) client.reset();
  // The server hears of it when it does.
  let page = await fetchRaw(t, port, `${queued}?ms=1`);
  while (!page.text.includes('KeepAliveP</h1>')) {
    page = await fetchRaw(t, port, `${queued}?ms=1`);
  }

  assert.equal(first.statusCode, 200);
  assert.match(first.text, /<h1>Busy<\/h1>/);
});

test('worker-thread sends its headers before there is a page', async (t) => {
  const client = await RawClient.connect(t, port);

  const head = await client.request('/ported/worker-thread?ms=10000').nextHead();
  const hello = await fetchRaw(t, port, '/samples/hello');
  client.reset();

  assert.match(head, /^HTTP\/1.1 200 OK\r\n/);
  assert.match(head, /\r\nConnection: close\r\n/);
  assert.equal(hello.text, 'Hello');
});

test('worker-thread sends its page and closes', async (t) => {
  const client = await RawClient.connect(t, port);

  const { text } = await client.request('/ported/worker-thread?ms=1').next();
  const { rest, by } = await client.untilClosed();

  assert.match(text, /Here at last/);
  assert.deepEqual([rest.length, by], [0, 'end']);
});
