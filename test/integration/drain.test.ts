import assert from 'node:assert/strict';
import test from 'node:test';
import type { Closing } from '../helpers/cleanup.ts';
import { RawClient } from '../helpers/raw-http.ts';
import { type LocalHost, startHost } from '../helpers/start-host.ts';

/** A host, and a client in the middle of a request: its session runs until the client sends `cd`. */
async function startHeld(t: Closing): Promise<{ host: LocalHost; held: RawClient }> {
  const host = await startHost(t, {
    fixtures: ['echo', 'hello'],
    limits: { readAheadBytes: 1 },
    site: { root: '.' },
  });
  const held = await RawClient.connect(t, host.port);
  held.send('POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n\r\nab');
  while (host.host.pools.get('default')?.status().inFlight !== 1) {
    await new Promise(setImmediate);
  }
  return { host, held };
}

test('a request under way is answered, and its connection closed', async (t) => {
  const { host, held } = await startHeld(t);

  const closed = host.close();
  held.send('cd');
  const { statusCode, headers, text } = await held.next();
  await closed;

  assert.deepEqual(
    { statusCode, connection: headers['connection'], text },
    { statusCode: 200, connection: 'close', text: 'abcd' },
  );
});

for (const target of ['/hello', '/hello.mjs', '/none']) {
  test(`a request that comes on a kept connection while the host drains is answered: ${target}`, async (t) => {
    const { host, held } = await startHeld(t);
    const kept = await RawClient.connect(t, host.port);
    const before = await kept.request(target).next();

    const closed = host.close();
    const during = await kept.request(target).next();
    held.send('cd');
    await closed;

    assert.deepEqual(
      [before, during].map(({ headers, text }) => [headers['connection'], text]),
      [
        ['keep-alive', before.text],
        ['close', before.text],
      ],
    );
  });
}

test('clients that wait in the backlog when the drain begins are answered', async (t) => {
  const host = await startHost(t, { fixtures: ['hello'] });
  const clients = await Promise.all(
    Array.from({ length: 30 }, () => RawClient.connect(t, host.port)),
  );

  for (const client of clients) client.request('/hello');
  const closed = host.close();
  const answers = await Promise.all(clients.map((client) => client.next()));
  await closed;

  assert.deepEqual(new Set(answers.map(({ text }) => text)), new Set(['hello']));
});

for (const [sent, name] of [
  ['', 'nothing'],
  ['GET /hello HTTP/1.1\r\nHos', 'half a head'],
  ['POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n', 'no body'],
] as const) {
  test(`a client that has sent ${name} does not keep the host from closing`, async (t) => {
    const host = await startHost(t, { fixtures: ['hello', 'echo'] });
    const client = await RawClient.connect(t, host.port);
    client.send(sent);

    await host.close();

    await client.untilClosed();
  });
}
