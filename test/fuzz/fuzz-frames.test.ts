import assert from 'node:assert/strict';
import test from 'node:test';
import { createAuthority, issue, writeFiles } from '../helpers/certificates.ts';
import type { Closing } from '../helpers/cleanup.ts';
import { Http2Client } from '../helpers/http2-client.ts';
import { FrameClient } from '../helpers/http2-frames.ts';
import { startHostProcess } from '../helpers/start-host.ts';
import { mutatedFrames } from './mutate-frames.ts';
import { randomFrom } from './mutate.ts';

/** ISAPI_TEST_SECONDS goes on for longer; a failure prints the seed, and ISAPI_TEST_SEED runs it again. */
const FOR_MS = 1000 * Number(process.env['ISAPI_TEST_SECONDS'] ?? 3);
const SEED = Number(process.env['ISAPI_TEST_SEED'] ?? Date.now() % 2 ** 31);
const LANES = 8;
/** A connection that is not closed by then hangs, ms. */
const HANG_MS = 30_000;

test('damaged frames of HTTP/2 end in a closed connection, and harm nobody else', async (t) => {
  const authority = await createAuthority('CN=Test CA');
  const host = await startHostProcess(t, {
    fixtures: ['hello', 'echo', 'digest'],
    tls: writeFiles(t, await issue(authority, 'CN=localhost')),
    timeouts: { bodyMs: 200, idleMs: 200, sendMs: 200 },
    log: { level: 'error' },
  });
  const random = randomFrom(SEED);
  const giveUpAt = Date.now() + FOR_MS;
  const lane = async (): Promise<void> => {
    while (Date.now() < giveUpAt) await exchange(host.port, authority.cert, random);
  };

  await Promise.all(Array.from({ length: LANES }, lane));

  const client = await Http2Client.connect(t, host.port, { ca: authority.cert });
  assert.equal((await client.fetch('/hello')).text, 'hello', `seed ${SEED}`);
  assert.deepEqual(host.logs.all, [], `seed ${SEED}`);
});

/** Sends frames, perhaps with an end behind them, and waits until the host closes: nothing is left to be closed. */
async function exchange(port: number, ca: string, random: () => number): Promise<void> {
  const own: Closing = { after: () => undefined };
  const client = await FrameClient.connect(own, port, ca, random() < 0.05 ? 'silent' : 'preface');
  const bytes = mutatedFrames(random);
  client.send(bytes);
  if (random() < 0.25) client.socket.end();
  const hangs = AbortSignal.timeout(HANG_MS);
  hangs.addEventListener('abort', () => client.socket.destroy());
  await client.closed;
  assert.equal(hangs.aborted, false, `hangs behind ${bytes.toString('hex')}`);
}
