import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

test('while one of two threads is blocked, the other answers everything', async (t) => {
  const host = await startHost(t, {
    fixtures: ['blocks-until-file', 'hello'],
    pools: { default: { minThreads: 2, maxThreads: 2, requestTimeoutMs: 0 } },
  });
  const file = join(tempFolder(t), 'free');
  const blocked = await RawClient.connect(t, host.port);
  blocked.request(`/blocks-until-file?${encodeURIComponent(file)}`);
  await blocked.nextHead();

  const answers = await Promise.all(
    Array.from({ length: 40 }, () => fetchRaw(t, host.port, '/hello')),
  );

  assert.deepEqual(
    answers.map(({ text }) => text),
    Array.from({ length: 40 }, () => 'hello'),
  );
  writeFileSync(file, '');
  const { rest } = await untilLastChunk(blocked);
  assert.match(rest, /blocking\n[^]*free\n/);
});

test('a thread that is started for waiting requests answers them while the first one is blocked', async (t) => {
  const host = await startHost(t, {
    fixtures: ['blocks-until-file', 'hello'],
    pools: { default: { minThreads: 1, maxThreads: 2, requestTimeoutMs: 0 } },
  });
  const file = join(tempFolder(t), 'free');
  const blocked = await RawClient.connect(t, host.port);
  blocked.request(`/blocks-until-file?${encodeURIComponent(file)}`);
  await blocked.nextHead();

  assert.equal((await fetchRaw(t, host.port, '/hello')).text, 'hello');

  writeFileSync(file, '');
  await untilLastChunk(blocked);
});

test('requests that come while the only thread is blocked wait for it, and are answered after', async (t) => {
  const host = await startHost(t, {
    fixtures: ['blocks-until-file', 'hello'],
    pools: { default: { minThreads: 1, maxThreads: 1, requestTimeoutMs: 0 } },
  });
  const file = join(tempFolder(t), 'free');
  const blocked = await RawClient.connect(t, host.port);
  blocked.request(`/blocks-until-file?${encodeURIComponent(file)}`);
  await blocked.nextHead();

  const waiting = Array.from({ length: 10 }, () => fetchRaw(t, host.port, '/hello'));
  writeFileSync(file, '');

  assert.deepEqual(
    (await Promise.all(waiting)).map(({ text }) => text),
    Array.from({ length: 10 }, () => 'hello'),
  );
});

/** Reads on behind a head, as far as the chunk that ends the body. */
async function untilLastChunk(client: RawClient): Promise<{ readonly rest: string }> {
  let rest = '';
  while (!rest.endsWith('\r\n0\r\n\r\n')) rest += (await client.read(1)).toString('latin1');
  return { rest };
}
