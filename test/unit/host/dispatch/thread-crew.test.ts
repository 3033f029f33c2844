import assert from 'node:assert/strict';
import test from 'node:test';
import { MessageChannel, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import { ThreadCrew } from '@isapi-host/host/internal/dispatch/thread-crew';
import type { ThreadPool } from '@isapi-host/host/internal/dispatch/thread-pool';
import {
  monotonicMs,
  Slab,
  THREAD_ASLEEP,
  THREAD_AWAKE,
  THREAD_FULL,
  WAKE,
} from '@isapi-host/worker-runtime/protocol';

/** The crew with a slab, a pool that starts nothing, and the threads' ends of their ports. */
class SetUp {
  readonly slab = Slab.create({ slots: 64, slotBytes: 64, threads: 4 });
  started = 0;
  readonly crew: ThreadCrew;
  readonly #ports: MessageChannel['port1'][] = [];
  #submitted = 0;

  constructor(t: test.TestContext) {
    const pool = { starting: [], grow: () => (this.started += 1) > 0 };
    this.crew = new ThreadCrew(this.slab, pool as unknown as ThreadPool);
    t.after(() => {
      this.crew.close();
      for (const port of this.#ports) port.close();
    });
  }

  /** Adds a thread in a state. */
  add(state: number): void {
    const number = this.slab.join(100 + this.#ports.length);
    const { port1, port2 } = new MessageChannel();
    this.#ports.push(port2);
    this.slab.setThreadState(number, state);
    const worker = undefined as unknown as Worker;
    this.crew.add({ number, threadId: 100 + number, port: port1, worker });
  }

  submit(count: number): void {
    for (let i = 0; i < count; i += 1) {
      this.slab.submit(this.#submitted % this.slab.slots);
      this.#submitted += 1;
    }
  }

  /** What each thread was sent since the last look. */
  received(): unknown[][] {
    return this.#ports.map((port) => {
      const messages: unknown[] = [];
      for (let entry = receiveMessageOnPort(port); entry !== undefined;) {
        messages.push(entry.message);
        entry = receiveMessageOnPort(port);
      }
      return messages;
    });
  }

  /** Threads that were woken by now. */
  woken(): number {
    return this.received().filter((messages) => messages.includes(WAKE)).length;
  }
}

test('without anything that waits nobody is woken', (t) => {
  const setUp = new SetUp(t);
  setUp.add(THREAD_ASLEEP);

  setUp.crew.wake();

  assert.deepEqual(setUp.received(), [[]]);
});

test('a request wakes one thread, once', (t) => {
  const setUp = new SetUp(t);
  setUp.add(THREAD_ASLEEP);
  setUp.add(THREAD_ASLEEP);
  setUp.submit(1);

  setUp.crew.wake();
  setUp.crew.wake();

  assert.deepEqual(setUp.received(), [[WAKE], []]);
});

test('many requests wake several threads', (t) => {
  const setUp = new SetUp(t);
  for (let i = 0; i < 3; i += 1) setUp.add(THREAD_ASLEEP);
  setUp.submit(60);

  setUp.crew.wake();

  assert.equal(setUp.woken(), 3);
});

test('a thread that is full is passed over', (t) => {
  const setUp = new SetUp(t);
  setUp.add(THREAD_FULL);
  setUp.add(THREAD_ASLEEP);
  setUp.submit(1);

  setUp.crew.wake();

  assert.deepEqual(setUp.received(), [[], [WAKE]]);
});

test('without a thread one is started', (t) => {
  const setUp = new SetUp(t);
  setUp.submit(1);

  setUp.crew.wake();

  assert.ok(setUp.started > 0);
});

test('while an awake thread takes nothing, another one is woken', async (t) => {
  const setUp = new SetUp(t);
  setUp.add(THREAD_AWAKE);
  setUp.add(THREAD_ASLEEP);
  setUp.submit(1);

  setUp.crew.wake();

  let messages = setUp.received();
  while (messages[1]?.length === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    messages = setUp.received();
  }
  assert.deepEqual(messages, [[], [WAKE]]);
});

test('when all threads are busy and take nothing, one more is started', async (t) => {
  const setUp = new SetUp(t);
  setUp.add(THREAD_AWAKE);
  setUp.add(THREAD_FULL);
  setUp.submit(1);

  setUp.crew.wake();

  while (setUp.started === 0) await new Promise((resolve) => setImmediate(resolve));
});

test('grow wakes a thread that sleeps before it starts one', (t) => {
  const setUp = new SetUp(t);
  setUp.add(THREAD_ASLEEP);

  setUp.crew.grow();
  assert.deepEqual([setUp.woken(), setUp.started], [1, 0]);

  setUp.crew.grow();
  assert.deepEqual([setUp.woken(), setUp.started], [0, 1]);
});

test('a thread is told to retire once', (t) => {
  const setUp = new SetUp(t);
  setUp.add(THREAD_ASLEEP);
  const [link] = setUp.crew.links;
  assert.ok(link !== undefined);

  setUp.crew.retire(link);
  setUp.crew.retire(link);

  assert.deepEqual(setUp.received(), [[{ op: 'retire', flags: 2 }]]);
});

test('idle threads are let go, down to the least that are kept', (t) => {
  const setUp = new SetUp(t);
  for (let i = 0; i < 3; i += 1) setUp.add(THREAD_ASLEEP);
  letTimePass();

  setUp.crew.retireIdle(1, 0);

  assert.equal(setUp.received().filter(({ length }) => length > 0).length, 2);
});

test('a thread with an open session is not idle', (t) => {
  const setUp = new SetUp(t);
  setUp.add(THREAD_ASLEEP);
  setUp.add(THREAD_ASLEEP);
  setUp.slab.countSession(1, 1);
  letTimePass();

  setUp.crew.retireIdle(1, 0);

  assert.deepEqual(
    setUp.received().map(({ length }) => length),
    [1, 0],
  );
});

test('a thread that is gone is found no more', (t) => {
  const setUp = new SetUp(t);
  setUp.add(THREAD_ASLEEP);

  const removed = setUp.crew.remove(0);

  assert.equal(removed?.number, 0);
  assert.equal(setUp.crew.find(0), undefined);
  assert.equal(setUp.crew.remove(0), undefined);
});

/** Until the clock has moved: a thread that has been idle for no time at all is not yet idle. */
function letTimePass(): void {
  const now = monotonicMs();
  while (monotonicMs() === now);
}
