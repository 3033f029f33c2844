import assert from 'node:assert/strict';
import test from 'node:test';
import { HeldRequests } from '@isapi-host/host/internal/dispatch/held-requests';
import { RequestTable } from '@isapi-host/host/internal/dispatch/request-table';
import { Slab } from '@isapi-host/worker-runtime/protocol';
import { FakeClient } from '../../../helpers/fake-client.ts';

/** A thread that loads the module of the request `first` of `a`, and holds two more requests: of `a` and of `b`. */
function setUp(): {
  readonly slab: Slab;
  readonly held: HeldRequests;
  readonly clients: readonly FakeClient[];
} {
  const slab = Slab.create({ slots: 3, slotBytes: 64, threads: 2 });
  const table = new RequestTable(slab);
  const clients = ['a', 'a', 'b'].map((extension, connId) => {
    const client = new FakeClient(connId, Infinity, extension);
    client.slot = table.takeSlot() ?? -1;
    table.queue(client.slot, client);
    return client;
  });
  const [first, ...others] = clients.map(() => slab.claim(0));
  slab.setLoading(0, 1, first ?? -1);
  for (const slot of others) slab.hold(0, slot);
  return { slab, held: new HeldRequests(slab, table), clients };
}

test('what a thread holds for another module than the one it loads is queued again', () => {
  const { slab, held, clients } = setUp();

  assert.equal(held.giveBack(), true);

  assert.deepEqual([slab.claim(1), slab.claim(1)], [clients[2]?.slot, -1]);
});

test('when the module is loaded, all that its thread still holds is queued again', () => {
  const { slab, held, clients } = setUp();
  slab.setLoading(0, 0, -1);

  assert.equal(held.giveBack(), true);

  assert.deepEqual([slab.claim(1), slab.claim(1)], [clients[1]?.slot, clients[2]?.slot]);
});

test('when its thread ends, only what waits for the module that it loads is lost', () => {
  const { slab, held, clients } = setUp();

  assert.deepEqual(held.threadEnds(0), [clients[1]]);

  assert.deepEqual([slab.claim(1), slab.claim(1)], [clients[2]?.slot, -1]);
});

test('without anything held, nothing is given back', () => {
  const { held } = setUp();
  held.giveBack();

  assert.equal(held.giveBack(), false);
});
