import assert from 'node:assert/strict';
import test from 'node:test';
import { RequestTable } from '@isapi-host/host/internal/dispatch/request-table';
import { Slab } from '@isapi-host/worker-runtime/protocol';
import { FakeClient } from '../../../helpers/fake-client.ts';

interface SetUp {
  readonly slab: Slab;
  readonly table: RequestTable;
}

function setUp(): SetUp {
  const slab = Slab.create({ slots: 3, slotBytes: 64, threads: 2 });
  return { slab, table: new RequestTable(slab) };
}

/** Takes a slot and queues a client in it. */
function queue({ table }: SetUp, connId: number): FakeClient {
  const client = new FakeClient(connId);
  const slot = table.takeSlot();
  assert.ok(slot !== undefined);
  client.slot = slot;
  assert.equal(table.queue(slot, client), true);
  return client;
}

test('a slot is given out once, and again after it was given back', () => {
  const { table } = setUp();

  const slots = [table.takeSlot(), table.takeSlot(), table.takeSlot()];
  assert.deepEqual(new Set(slots), new Set([0, 1, 2]));
  assert.equal(table.takeSlot(), undefined);

  table.returnSlot(1);
  assert.equal(table.takeSlot(), 1);
});

test('a queued request is found by its slot until it is released', () => {
  const running = setUp();
  const { table } = running;
  const client = queue(running, 1);

  assert.equal(table.at(client.slot), client);
  assert.equal(table.has(client), true);
  assert.equal(table.count, 1);
  assert.deepEqual([...table.all()], [client]);

  table.release(client.slot);
  assert.equal(table.at(client.slot), undefined);
  assert.equal(table.has(client), false);
  assert.equal(table.count, 0);
});

test('the next request of a slot is not taken for the one before', () => {
  const running = setUp();
  const first = queue(running, 1);
  running.table.release(first.slot);

  const second = queue(running, 2);

  assert.equal(second.slot, first.slot);
  assert.equal(running.table.has(first), false);
  assert.equal(running.table.has(second), true);
});

test('a request waits until a thread claims it', () => {
  const running = setUp();
  const client = queue(running, 1);
  assert.equal(running.table.isWaiting(client.slot), true);

  running.slab.claim(0);

  assert.equal(running.table.isWaiting(client.slot), false);
});

test('an abandoned request keeps its slot, and says until when', () => {
  const running = setUp();
  const { table } = running;
  const client = queue(running, 1);

  table.abandon(client.slot, 1234);

  assert.equal(table.isAbandoned(client.slot), true);
  assert.equal(table.graceEnds(client.slot), 1234);
  assert.equal(table.count, 1);

  table.release(client.slot);
  const next = queue(running, 2);
  assert.equal(table.isAbandoned(next.slot), false);
});

test('untilEmpty settles when the last request is released', async () => {
  const running = setUp();
  const first = queue(running, 1);
  const second = queue(running, 2);
  let isEmpty = false;
  const empty = running.table.untilEmpty(60_000).then(() => {
    isEmpty = true;
  });

  running.table.release(first.slot);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isEmpty, false);

  running.table.release(second.slot);
  await empty;
});

test('untilEmpty settles at once without requests, and after its time with some', async () => {
  const running = setUp();
  await running.table.untilEmpty(60_000);

  queue(running, 1);
  await running.table.untilEmpty(1);

  assert.equal(running.table.count, 1);
});

test('a request whose ring entry was taken by a thread that died is claimed by another', () => {
  const running = setUp();
  const { slab, table } = running;
  const client = queue(running, 1);
  loseEntry(slab);
  assert.equal(slab.claim(1), -1);
  assert.equal(table.isWaiting(client.slot), true);

  table.resubmitLost();

  assert.deepEqual([slab.claim(1), slab.claim(1)], [client.slot, -1]);
});

test('requests that wait as they should are not entered again', () => {
  const running = setUp();
  const first = queue(running, 1);
  const second = queue(running, 2);

  running.table.resubmitLost();

  const { slab } = running;
  assert.equal(slab.waiting, 2);
  assert.deepEqual([slab.claim(0), slab.claim(0), slab.claim(0)], [first.slot, second.slot, -1]);
});

/** What a thread does that dies between taking an entry and claiming its slot: moves the ring's head on. */
function loseEntry(slab: Slab): void {
  const head = slab.submitHead;
  for (const [word, value] of slab.words.entries()) {
    if (value !== head) continue;
    slab.words[word] = head + 1;
    if (slab.submitHead === head + 1) return;
    slab.words[word] = value;
  }
  assert.fail('the head of the ring is nowhere');
}
