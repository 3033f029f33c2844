import assert from 'node:assert/strict';
import test from 'node:test';
import {
  Slab,
  SLOT_FREE,
  SLOT_QUEUED,
  THREAD_ASLEEP,
  THREAD_AWAKE,
  THREAD_FULL,
} from '@isapi-host/worker-runtime/protocol';

const shape = { slots: 4, slotBytes: 1024, threads: 2 };

test('a slab has the slots, bytes and threads it was made for, on either side', () => {
  const slab = new Slab(Slab.create(shape).memory);

  assert.equal(slab.slots, 4);
  assert.equal(slab.threads, 2);
  assert.ok(slab.payloadBytes >= 1024);
});

test('slots do not overlap, and the last one ends within the memory', () => {
  const slab = Slab.create(shape);

  for (let slot = 1; slot < slab.slots; slot += 1) {
    assert.ok(slab.payloadAt(slot - 1) + slab.payloadBytes <= slab.slotAt(slot) * 4);
  }
  assert.ok(slab.payloadAt(3) + slab.payloadBytes <= slab.memory.byteLength);
});

test('memory of another protocol version is refused', () => {
  const { memory } = Slab.create(shape);
  new Int32Array(memory)[0] = 99;

  assert.throws(() => new Slab(memory), /expected a slab of protocol \d+, got 99/);
});

test('threads claim slots in the order they were submitted', () => {
  const slab = Slab.create(shape);
  for (const slot of [2, 0, 3]) slab.submit(slot);

  const claimed = [slab.claim(0), slab.claim(1), slab.claim(0), slab.claim(1)];

  assert.deepEqual(claimed, [2, 0, 3, -1]);
  assert.deepEqual(
    [0, 1, 2, 3].map((slot) => slab.claimer(slot)),
    [1, -1, 0, 0],
  );
});

test('a claimed slot belongs to its thread until the host releases it', () => {
  const slab = Slab.create(shape);
  slab.submit(1);

  slab.claim(1);

  assert.equal(slab.isClaimedBy(1, 1), true);
  assert.equal(slab.isClaimedBy(1, 0), false);
  slab.release(1);
  assert.equal(slab.isClaimedBy(1, 1), false);
  assert.equal(slab.slotState(1), SLOT_FREE);
});

test('a withdrawn slot is claimed by nobody', () => {
  const slab = Slab.create(shape);
  slab.submit(1);
  slab.submit(2);

  assert.equal(slab.withdraw(1), true);

  assert.deepEqual([slab.claim(0), slab.claim(0)], [2, -1]);
});

test('a claimed slot cannot be withdrawn', () => {
  const slab = Slab.create(shape);
  slab.submit(1);
  slab.claim(0);

  assert.equal(slab.withdraw(1), false);
  assert.equal(slab.isClaimedBy(1, 0), true);
});

test('a slot that is held is taken by its thread, and by no other', () => {
  const slab = Slab.create(shape);
  slab.submit(1);
  slab.hold(0, slab.claim(0));

  assert.deepEqual([slab.holder(1), slab.claimer(1), slab.claims(0)], [0, -1, 0]);
  assert.deepEqual([slab.take(1, 1), slab.take(0, 1)], [false, true]);
  assert.deepEqual([slab.holder(1), slab.claimer(1), slab.claims(0)], [-1, 0, 1]);
});

test('a slot that is given back is claimed by another thread, and not taken by the one that held it', () => {
  const slab = Slab.create(shape);
  slab.submit(1);
  slab.hold(0, slab.claim(0));

  assert.notEqual(slab.giveBack(1), -1);

  assert.equal(slab.take(0, 1), false);
  assert.equal(slab.claim(1), 1);
});

test('a slot that is held can be withdrawn, one that is claimed cannot be given back', () => {
  const slab = Slab.create(shape);
  for (const slot of [1, 2]) slab.submit(slot);
  slab.hold(0, slab.claim(0));
  slab.claim(0);

  assert.equal(slab.withdraw(1), true);

  assert.equal(slab.take(0, 1), false);
  assert.equal(slab.giveBack(2), -1);
});

test('a slot that was withdrawn and submitted again is claimed once', () => {
  const slab = Slab.create(shape);
  slab.submit(1);
  slab.withdraw(1);
  slab.submit(1);

  assert.deepEqual([slab.claim(0), slab.claim(0)], [1, -1]);
});

test('a queued slot that is entered a second time is claimed once', () => {
  const slab = Slab.create(shape);
  slab.submit(1);

  const position = slab.resubmit(1);

  assert.notEqual(position, -1);
  assert.deepEqual([slab.claim(0), slab.claim(1)], [1, -1]);
});

test('only a queued slot can be entered a second time', () => {
  const slab = Slab.create(shape);
  slab.submit(1);
  slab.claim(0);

  assert.equal(slab.resubmit(1), -1);
  assert.equal(slab.resubmit(2), -1);
});

test('a full ring refuses a slot instead of losing one', () => {
  const slab = Slab.create(shape);
  let entered = 0;
  while (slab.submit(0) !== -1) {
    slab.withdraw(0);
    entered += 1;
  }

  assert.ok(entered >= slab.slots);
  assert.equal(slab.waiting, entered);
  assert.equal(slab.claim(0), -1);
  assert.notEqual(slab.submit(0), -1);
  assert.equal(slab.claim(0), 0);
});

test('the rings go round without losing or repeating a slot', () => {
  const slab = Slab.create(shape);
  let doneHead = slab.doneTail(0);

  for (let round = 0; round < 1000; round += 1) {
    const slot = round % slab.slots;
    slab.submit(slot);
    assert.equal(slab.claim(0), slot);
    slab.complete(0, slot);
    assert.equal(slab.doneAt(0, doneHead), slot);
    doneHead = (doneHead + 1) | 0;
    assert.equal(slab.doneTail(0), doneHead);
    slab.release(slot);
  }
});

test('the rings go on when their positions pass the largest 32-bit number', () => {
  const slab = Slab.create(shape);
  const before = slab.words.slice();
  slab.submit(0);
  slab.claim(0);
  slab.complete(0, 0);
  // Whatever counted to one is a position: 2,147,483,646 requests later it stands here.
  for (const [word, value] of slab.words.entries()) {
    if (before[word] === 0 && value === 1) slab.words[word] = 0x7fff_ffff;
  }
  slab.release(0);
  const doneHead = slab.doneTail(0);

  for (const slot of [3, 1, 2]) slab.submit(slot);

  assert.equal(slab.waiting, 3);
  assert.deepEqual([slab.claim(0), slab.claim(0), slab.claim(0), slab.claim(0)], [3, 1, 2, -1]);
  for (const slot of [3, 1, 2]) slab.complete(0, slot);
  assert.equal((slab.doneTail(0) - doneHead) | 0, 3);
  assert.deepEqual(
    [0, 1, 2].map((step) => slab.doneAt(0, (doneHead + step) | 0)),
    [3, 1, 2],
  );
});

test('each thread has a completion ring of its own', () => {
  const slab = Slab.create(shape);
  const heads = [slab.doneTail(0), slab.doneTail(1)] as const;

  slab.complete(1, 3);

  assert.equal(slab.doneTail(0), heads[0]);
  assert.equal(slab.doneTail(1), heads[1] + 1);
  assert.equal(slab.doneAt(1, heads[1]), 3);
});

test('one caller wakes a sleeping host, and nobody an awake one', () => {
  const slab = Slab.create(shape);

  slab.setHostAwake(false);
  assert.deepEqual([slab.claimHostWake(), slab.claimHostWake()], [true, false]);

  slab.setHostAwake(true);
  assert.equal(slab.claimHostWake(), false);
});

test('one caller wakes a sleeping thread, and nobody one that is awake or full', () => {
  const slab = Slab.create(shape);

  slab.setThreadState(0, THREAD_ASLEEP);
  assert.deepEqual([slab.claimThreadWake(0), slab.claimThreadWake(0)], [true, false]);
  assert.equal(slab.threadState(0), THREAD_AWAKE);

  slab.setThreadState(0, THREAD_FULL);
  assert.equal(slab.claimThreadWake(0), false);
});

test('threads join until the table is full, and a row can be taken again after its thread has left', () => {
  const slab = Slab.create(shape);

  assert.deepEqual([slab.join(11), slab.join(12), slab.join(13)], [0, 1, -1]);
  assert.deepEqual([slab.threadId(0), slab.threadId(1)], [11, 12]);

  slab.leave(0);
  assert.equal(slab.threadId(0), 0);
  assert.equal(slab.join(14), 0);
});

test('a thread that leaves takes its open sessions out of the count', () => {
  const slab = Slab.create(shape);
  slab.join(11);
  slab.countSession(0, 1);
  slab.countSession(0, 1);
  slab.countSession(0, -1);
  assert.equal(slab.openSessions(0), 1);

  slab.leave(0);

  assert.equal(slab.openSessions(0), 0);
});

test('a thread has as many claims as it took slots', () => {
  const slab = Slab.create(shape);
  const before = slab.claims(1);
  slab.submit(0);
  slab.submit(1);
  slab.withdraw(1);

  slab.claim(1);
  slab.claim(1);

  assert.equal(slab.claims(1) - before, 1);
});

test('a slot that waits is QUEUED', () => {
  const slab = Slab.create(shape);

  slab.submit(2);

  assert.equal(slab.slotState(2), SLOT_QUEUED);
});
