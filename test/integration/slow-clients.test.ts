import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { HeldRequests } from '../helpers/held-requests.ts';
import { fetchRaw, RawClient } from '../helpers/raw-http.ts';
import { startHost, startHostProcess } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

// Rows F56 to F58 of the fault matrix: clients that stand still or leave in the middle.

const slow = await startHost(test, {
  fixtures: ['echo', 'held', 'digest'],
  timeouts: { bodyMs: 40 },
  limits: { readAheadBytes: 10 },
});

for (const [what, head, body] of [
  ['with a length', 'Content-Length: 9', 'half'],
  ['in chunks', 'Transfer-Encoding: chunked', '9\r\nhalf'],
  ['whose rest is asked for by the extension', 'Content-Length: 1000', 'x'.repeat(500)],
] as const) {
  test(`a body ${what} that does not go on is given up with 408`, async (t) => {
    const client = await RawClient.connect(t, slow.port);

    client.send(`POST /digest HTTP/1.1\r\nHost: h\r\n${head}\r\n\r\n${body}`);

    const response = await client.next();
    assert.deepEqual([response.statusCode, response.headers['connection']], [408, 'close']);
    assert.equal((await client.untilClosed()).rest.length, 0);
  });
}

test('a body that only drips is given up with 408', async (t) => {
  const host = await startHost(t, { fixtures: ['echo'], timeouts: { bodyMs: 500 } });
  const client = await RawClient.connect(t, host.port);
  client.send('POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n');

  const drops = setInterval(() => client.send('x'), 50);
  t.after(() => clearInterval(drops));

  assert.equal((await client.next()).statusCode, 408);
});

test('a body that is not asked for yet may take as long as it likes', async (t) => {
  const held = new HeldRequests(t);
  const client = await RawClient.connect(t, slow.port);
  client.send(
    `POST /held?patient HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n${'x'.repeat(50)}`,
  );
  await held.until('patient');

  // Another one is given up meanwhile.
  const other = await RawClient.connect(t, slow.port);
  other.send('POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf');
  assert.equal((await other.next()).statusCode, 408);
  held.release('patient');

  assert.equal((await client.next()).text, 'held patient');
});

test('a reset is seen while the extension reads nothing of a large upload', async (t) => {
  const host = await startHost(t, {
    fixtures: ['watches-client'],
    pools: { default: { minThreads: 1, maxThreads: 1, requestTimeoutMs: 0 } },
    timeouts: { bodyMs: 100 },
  });
  const client = await RawClient.connect(t, host.port);
  client.send(
    `POST /watches-client?wait HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(500_000)}`,
  );
  await client.nextHead();

  client.reset();

  const giveUpAt = Date.now() + 30_000;
  for (let seen = 'null'; seen === 'null';) {
    assert.ok(Date.now() < giveUpAt, 'the extension sees nothing');
    seen = (await fetchRaw(t, host.port, '/watches-client?seen')).text;
  }
});

for (const target of ['/download?50000000', '/page.bin']) {
  test(`a client that takes nothing of ${target} is cut off`, async (t) => {
    const root = tempFolder(t);
    writeFileSync(join(root, 'page.bin'), Buffer.alloc(50_000_000));
    const host = await startHostProcess(t, {
      fixtures: ['download'],
      site: { root },
      timeouts: { sendMs: 40 },
    });
    const client = await RawClient.connect(t, host.port);

    client.request(target);

    await host.logs.find({ evt: 'req.slow' });
    await host.logs.find({ msg: 'request completed', statusCode: 499 });
  });
}

test('an answer that only the end of the connection ends is cut by a reset that the client can see', async (t) => {
  const host = await startHost(t, { fixtures: ['respond'] });
  const answer = { writes: ['abc'], flush: true, status: 4 };
  const client = await RawClient.connect(t, host.port);

  client.send(`GET /respond?${encodeURIComponent(JSON.stringify(answer))} HTTP/1.0\r\n\r\n`);

  await assert.rejects(client.next(), { name: 'CutError', by: 'reset', received: /\r\nabc$/ });
});
