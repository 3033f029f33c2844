import assert from 'node:assert/strict';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { LogLine } from '../helpers/log-lines.ts';
import { RawClient } from '../helpers/raw-http.ts';
import { startHostProcess } from '../helpers/start-host.ts';
import { SteadyLoad } from '../helpers/steady-load.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

/** Goal G9 is 1000: ISAPI_TEST_CLIENTS=1000. */
const CLIENTS = Number(process.env['ISAPI_TEST_CLIENTS'] ?? 150);
const DRIP_MS = 200;

test('G9: slow clients of every kind are closed in the end, and a normal one is served meanwhile', async (t) => {
  const root = tempFolder(t);
  const large = join(root, 'large.bin');
  writeFileSync(large, '');
  // More than the buffers of both ends take.
  truncateSync(large, 50_000_000);
  const timeouts = { headersMs: 2000, bodyMs: 2000, sendMs: 2000 };
  const host = await startHostProcess(t, { fixtures: ['hello', 'echo'], site: { root }, timeouts });
  const load = new SteadyLoad(t, host.port, 2);
  await load.more(20);

  const heads = 'GET /hello HTTP/1.1\r\nHost: h\r\nX-Slow: ';
  const body = 'POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\n';
  const read = 'GET /large.bin HTTP/1.1\r\nHost: h\r\n\r\n';
  const drip = async (begin: string): Promise<void> => {
    const client = (await RawClient.connect(t, host.port)).send(begin);
    const timer = setInterval(() => {
      if (client.socket.writable) client.send('x');
    }, DRIP_MS);
    await client.untilClosed().finally(() => clearInterval(timer));
  };
  const dripping = Array.from({ length: CLIENTS / 3 }, () => [drip(heads), drip(body)]).flat();
  const readers = await Promise.all(
    Array.from({ length: CLIENTS / 3 }, () => RawClient.connect(t, host.port)),
  );
  // It reads no further than its own buffer goes.
  for (const client of readers) client.send(read);

  await load.more(50);
  await Promise.all(dripping);
  await host.logs.first(() => host.logs.all.filter(isSlow).length === readers.length);
  await load.more(50);
  await load.stop();

  assert.deepEqual(load.failures, []);
});

function isSlow({ evt }: LogLine): boolean {
  return evt === 'req.slow';
}
