import assert from 'node:assert/strict';
import test from 'node:test';
import { RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

test('of 500 pipelined requests over 50 connections at two extensions, every answer carries its own tag', async (t) => {
  const host = await startHost(t, {
    fixtures: ['tag', 'other-tag'],
    pools: { default: { minThreads: 2, maxThreads: 2 } },
  });
  const connections = Array.from({ length: 50 }, (_, connection) =>
    Array.from({ length: 10 }, (_unused, request) => {
      const extension = (connection + request) % 2 === 0 ? 'tag' : 'other-tag';
      return {
        extension,
        query: `turns=${(connection * request) % 7}&id=${connection}.${request}`,
      };
    }),
  );

  const answers = await Promise.all(
    connections.map(async (requests) => {
      const client = await RawClient.connect(t, host.port);
      for (const { extension, query } of requests) client.request(`/${extension}?${query}`);
      const texts: string[] = [];
      for (const _ of requests) texts.push((await client.next()).text);
      return texts;
    }),
  );

  assert.deepEqual(
    answers,
    connections.map((requests) => requests.map(({ extension, query }) => `${extension} ${query}`)),
  );
});

test('bodies do not get mixed up between requests of many connections', async (t) => {
  const host = await startHost(t, {
    fixtures: ['echo'],
    pools: { default: { minThreads: 2, maxThreads: 2 } },
  });

  await Promise.all(
    Array.from({ length: 30 }, async (_, connection) => {
      const client = await RawClient.connect(t, host.port);
      for (let request = 0; request < 5; request += 1) {
        const size = 1 + connection * request * 1000;
        const body = `${connection}.${request};`.repeat(Math.ceil(size / 5));
        const { text } = await client.request('/echo', { method: 'POST', body }).next();
        assert.equal(text, body);
      }
    }),
  );
});

test('requests of one connection are answered in order, however long each takes', async (t) => {
  const host = await startHost(t, { fixtures: ['tag'] });
  const client = await RawClient.connect(t, host.port);

  for (let i = 0; i < 200; i += 1) client.request(`/tag?turns=${(200 - i) % 20}&id=${i}`);

  for (let i = 0; i < 200; i += 1) {
    assert.equal((await client.next()).text, `tag turns=${(200 - i) % 20}&id=${i}`);
  }
});

test('a thread holds many sessions at once', async (t) => {
  const host = await startHost(t, {
    fixtures: ['tag'],
    pools: { default: { minThreads: 1, maxThreads: 1, sessionsPerThread: 8 } },
  });

  const texts = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const client = await RawClient.connect(t, host.port);
      return (await client.request(`/tag?turns=50&id=${i}`).next()).text;
    }),
  );

  assert.deepEqual(
    texts,
    Array.from({ length: 40 }, (_, i) => `tag turns=50&id=${i}`),
  );
});

test('sessions that wait for a timer go on while a thread never runs out of new requests', async (t) => {
  const host = await startHost(t, {
    fixtures: ['spins'],
    pools: { default: { minThreads: 1, maxThreads: 1, maxQueue: 1000 } },
  });
  const order: string[] = [];
  const ask = async (url: string): Promise<void> => {
    const client = await RawClient.connect(t, host.port);
    order.push((await client.request(url).next()).text);
  };
  await ask('/spins');

  await Promise.all([
    ...Array.from({ length: 20 }, () => ask('/spins')),
    ask('/spins?wait'),
    ...Array.from({ length: 400 }, () => ask('/spins')),
  ]);

  assert.ok(order.indexOf('waited') < 300, `answered after ${order.indexOf('waited')} others`);
});
