import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { once } from 'node:events';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';

const oneThread = { minThreads: 1, maxThreads: 1, requestTimeoutMs: 0 };

test('close may be called at once, and twice', async (t) => {
  const host = await startHost(t, { fixtures: ['hello'] });

  await Promise.all([host.close(), host.close()]);
});

test('after close nothing listens any more', async (t) => {
  const host = await startHost(t, { fixtures: ['hello'] });
  await fetchRaw(t, host.port, '/hello');
  await host.close();

  const [error] = (await once(connect(host.port, '127.0.0.1'), 'error')) as [{ code: string }];

  assert.equal(error.code, 'ECONNREFUSED');
});

test('connections that are idle are closed', async (t) => {
  const host = await startHost(t, { fixtures: ['hello'] });
  const client = await RawClient.connect(t, host.port);
  await client.request('/hello').next();

  await host.close();

  assert.equal((await client.untilClosed()).rest.length, 0);
});

test('what does not end in time is cut off: 503 when nothing was sent', async (t) => {
  const host = await startHost(t, {
    fixtures: ['pending-forever', 'heeds-its-signal'],
    pools: { default: oneThread },
    shutdownTimeoutMs: 100,
  });
  const silent = await RawClient.connect(t, host.port);
  const begun = await RawClient.connect(t, host.port);
  silent.request('/pending-forever', { headers: 'Connection: close\r\n' });
  begun.request('/heeds-its-signal', { headers: 'Connection: close\r\n' });
  await begun.nextHead();
  await fetchRaw(t, host.port, '/heeds-its-signal?seen');

  const closed = host.close();

  assert.equal((await silent.next()).statusCode, 503);
  assert.equal((await begun.untilClosed()).rest.toString(), '6\r\na part\r\n');
  await closed;
});

for (const name of ['loops', 'blocks-in-atomics']) {
  test(`${name}: a thread that hangs does not keep the host from closing`, async (t) => {
    const host = await startHost(t, {
      fixtures: [name, 'hello'],
      pools: { default: oneThread },
      shutdownTimeoutMs: 100,
    });
    await fetchRaw(t, host.port, '/hello');
    const client = await RawClient.connect(t, host.port);
    client.request(`/${name}`, { headers: 'Connection: close\r\n' });

    const closed = host.close();
    const response = await client.next();
    await closed;

    assert.equal(response.statusCode, 503);
  });
}

test('a terminateExtension that throws or never ends does not keep the host from closing', async (t) => {
  const host = await startHost(t, {
    fixtures: ['terminate-throws', 'terminate-hangs'],
    pools: { default: oneThread },
    shutdownTimeoutMs: 100,
  });
  await fetchRaw(t, host.port, '/terminate-throws');
  await fetchRaw(t, host.port, '/terminate-hangs');

  await host.close();
});
