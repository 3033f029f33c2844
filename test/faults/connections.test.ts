import assert from 'node:assert/strict';
import test from 'node:test';
import type { Closing } from '../helpers/cleanup.ts';
import { CutError, RawClient } from '../helpers/raw-http.ts';
import { startHostProcess } from '../helpers/start-host.ts';

/** What is taken stays, however slow the machine. */
const timeouts = { idleMs: 600_000 };

/** Connects and asks once. @returns `undefined` when the connection was refused */
async function connectAndAsk(t: Closing, port: number): Promise<RawClient | undefined> {
  const client = await RawClient.connect(t, port);
  return (await isServed(client)) ? client : undefined;
}

async function isServed(client: RawClient): Promise<boolean> {
  try {
    return (await client.request('/hello').next()).text === 'hello';
  } catch (error) {
    if (error instanceof CutError) return false;
    throw error;
  }
}

/** Asks until it is served: when the host sees that others have left is up to it. */
async function untilServed(t: Closing, port: number): Promise<void> {
  while ((await connectAndAsk(t, port)) === undefined);
}

test('F72: connections above the limit are refused and told of, the others are served', async (t) => {
  const limits = { maxConnections: 10 };
  const host = await startHostProcess(t, { fixtures: ['hello'], limits, timeouts });
  const taken: RawClient[] = [];
  while (taken.length < 10) {
    const client = await connectAndAsk(t, host.port);
    assert.ok(client !== undefined);
    taken.push(client);
  }

  for (let i = 0; i < 20; i += 1) assert.equal(await connectAndAsk(t, host.port), undefined);

  await host.logs.find({ evt: 'conn.dropped', connections: 1 });
  for (const client of taken) assert.ok(await isServed(client));
  taken[0]?.reset();
  await untilServed(t, host.port);
});
