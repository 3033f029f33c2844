import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Closing } from '../helpers/cleanup.ts';
import { CutError, RawClient } from '../helpers/raw-http.ts';
import { Command, fixtureConfig } from '../helpers/start-command.ts';
import { startHostProcess } from '../helpers/start-host.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

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

test('F82: as many connections are taken as there are files for, and each gets the file it asks for', async (t) => {
  const root = tempFolder(t);
  writeFileSync(join(root, 'page.txt'), 'a page');
  const pools = { default: { minThreads: 1, maxThreads: 2 } };
  const config = fixtureConfig(['hello'], { site: { root }, timeouts, pools });
  const host = await Command.start(t, { config, maxFiles: 200 });
  const taken: RawClient[] = [];
  for (;;) {
    const client = await connectAndAsk(t, host.port);
    if (client === undefined) break;
    taken.push(client);
  }

  for (let i = 0; i < 50; i += 1) assert.equal(await connectAndAsk(t, host.port), undefined);
  const pages = await Promise.all(taken.map((client) => client.request('/page.txt').next()));

  assert.ok(taken.length >= 20, `${taken.length} are taken`);
  assert.deepEqual(new Set(pages.map(({ text }) => text)), new Set(['a page']));
  await host.logs.find({ evt: 'conn.dropped' });
  for (const client of taken) client.reset();
  await untilServed(t, host.port);
});

test('F82: a host whose files an extension has used up serves who is there, and everybody when they are free', async (t) => {
  const limits = { maxConnections: 1000 };
  const pools = { default: { minThreads: 1, maxThreads: 1 } };
  const config = fixtureConfig(['hello', 'holds-files'], { limits, timeouts, pools });
  const host = await Command.start(t, { config, maxFiles: 200 });
  const client = await RawClient.connect(t, host.port);
  assert.ok(await isServed(client));
  const { text } = await client.request('/holds-files').next();

  assert.match(text, /^EMFILE behind [1-9]/);
  assert.ok(await isServed(client));
  for (let i = 0; i < 20; i += 1) assert.equal(await connectAndAsk(t, host.port), undefined);
  assert.ok(await isServed(client));
  assert.equal((await client.request('/holds-files?free').next()).text, 'free');
  await untilServed(t, host.port);
});
