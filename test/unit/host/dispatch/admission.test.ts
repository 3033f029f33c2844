import assert from 'node:assert/strict';
import test from 'node:test';
import { Admission } from '@isapi-host/host/internal/dispatch/admission';
import { RequestTable } from '@isapi-host/host/internal/dispatch/request-table';
import { Slab } from '@isapi-host/worker-runtime/protocol';
import { FakeClient } from '../../../helpers/fake-client.ts';

const PLACES = 4;

class Queue {
  readonly slab: Slab = Slab.create({ slots: 16, slotBytes: 64, threads: 1 });
  readonly requests: RequestTable = new RequestTable(this.slab);
  readonly admission: Admission = new Admission(this.slab, this.requests, PLACES);
  readonly displaced: number[] = [];
  #lastConnId = 0;

  /** @returns the request, or `undefined` when it was refused */
  ask(extension: string): FakeClient | undefined {
    this.#lastConnId += 1;
    const client = new FakeClient(this.#lastConnId, Infinity, extension);
    const hasRoom =
      !this.admission.isFull ||
      this.admission.makeRoom(client, (other) => {
        this.displaced.push(other.connId);
        assert.equal(this.requests.withdraw(other.slot), true);
      });
    if (!hasRoom) return undefined;
    const slot = this.requests.takeSlot();
    assert.ok(slot !== undefined);
    client.slot = slot;
    assert.equal(this.requests.queue(slot, client), true);
    return client;
  }

  askTimes(times: number, extension: string): (FakeClient | undefined)[] {
    return Array.from({ length: times }, () => this.ask(extension));
  }

  /** What a thread would run, in that order. */
  run(): (number | undefined)[] {
    const connIds = [];
    for (let slot = this.slab.claim(0); slot !== -1; slot = this.slab.claim(0)) {
      connIds.push(this.requests.at(slot)?.connId);
    }
    return connIds;
  }
}

test('an extension that is alone may have the whole queue, and no more', () => {
  const queue = new Queue();

  const asked = queue.askTimes(6, 'a');

  assert.deepEqual(
    asked.map((client) => client?.connId),
    [1, 2, 3, 4, undefined, undefined],
  );
  assert.equal(queue.admission.takeRefused(), 2);
  assert.equal(queue.admission.takeRefused(), 0);
});

test('requests that were withdrawn make room, and the others keep their order', () => {
  const queue = new Queue();
  const [first, , third] = queue.askTimes(4, 'a');
  for (const client of [first, third]) queue.requests.withdraw(client?.slot ?? -1);

  const asked = queue.askTimes(3, 'a');

  assert.deepEqual(
    asked.map((client) => client?.connId),
    [5, 6, undefined],
  );
  assert.deepEqual(queue.run(), [2, 4, 5, 6]);
});

test('withdrawing again and again never fills the ring', () => {
  const queue = new Queue();

  for (let i = 0; i < 1000; i += 1) {
    const client = queue.ask('a');
    assert.ok(client !== undefined);
    queue.requests.withdraw(client.slot);
  }

  assert.deepEqual(queue.run(), []);
});

test('a full queue is shared: the last requests of the one that has most give way', () => {
  const queue = new Queue();
  queue.askTimes(4, 'greedy');

  const asked = queue.askTimes(4, 'other');

  assert.deepEqual(
    asked.map((client) => client?.connId),
    [5, 6, undefined, undefined],
  );
  assert.deepEqual(queue.displaced, [4, 3]);
  assert.deepEqual(queue.run(), [1, 2, 5, 6]);
});

test('one that has most itself takes nothing from others', () => {
  const queue = new Queue();
  queue.ask('other');
  queue.askTimes(3, 'greedy');

  assert.equal(queue.ask('greedy'), undefined);

  assert.deepEqual(queue.run(), [1, 2, 3, 4]);
});

test('who holds most is found out anew', () => {
  const queue = new Queue();
  queue.askTimes(4, 'a');
  queue.askTimes(2, 'b');
  queue.run();
  queue.admission.turnEnded();
  queue.admission.lookAnew();
  for (const client of queue.requests.all()) queue.requests.release(client.slot);

  queue.askTimes(4, 'b');
  const asked = queue.askTimes(3, 'a');

  assert.deepEqual(
    asked.map((client) => client === undefined),
    [false, false, true],
  );
});
