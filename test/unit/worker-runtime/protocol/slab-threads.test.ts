import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import { Worker } from 'node:worker_threads';
import { Slab } from '@isapi-host/worker-runtime/protocol';

export interface ClaimerData {
  readonly memory: SharedArrayBuffer;
  /** Non-zero: stop once nothing waits. */
  readonly signal: Int32Array<SharedArrayBuffer>;
  /** How often each request ran. */
  readonly ran: Int32Array<SharedArrayBuffer>;
}

const THREADS = 3;
const REQUESTS = 10_000;
/** Nothing here takes long; a request that is lost would be waited for without an end. */
const GIVE_UP_MS = 20_000;

test('with several threads claiming, every request runs once, given back or not, and none that was withdrawn', async () => {
  const slab = Slab.create({ slots: 8, slotBytes: 64, threads: THREADS });
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const ran = new Int32Array(new SharedArrayBuffer(REQUESTS * 4));
  const workerData: ClaimerData = { memory: slab.memory, signal, ran };
  const url = new URL('claimer.js', import.meta.url);
  const workers = Array.from({ length: THREADS }, () => new Worker(url, { workerData }));
  const exits = workers.map((worker) => once(worker, 'exit'));
  await Promise.all(workers.map((worker) => once(worker, 'message')));

  const withdrawn = submitAll(slab);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
  await Promise.all(exits);

  const expected = Array.from(ran, (_, request) => (withdrawn.has(request) ? 0 : 1));
  assert.deepEqual([...ran], expected);
  assert.ok(withdrawn.size > 0);
});

/** Plays the host: submits every request, takes some back, enters some twice, gives those back that are held. @returns the withdrawn ones */
function submitAll(slab: Slab): Set<number> {
  const free = Array.from({ length: slab.slots }, (_, slot) => slot);
  const heads = Array.from({ length: THREADS }, (_, thread) => slab.doneTail(thread));
  const withdrawn = new Set<number>();
  const giveUpAt = Date.now() + GIVE_UP_MS;
  let claimed = 0;
  const collect = (): void => {
    assert.ok(Date.now() < giveUpAt, `${claimed} claimed, ${withdrawn.size} withdrawn`);
    for (const [thread, head] of heads.entries()) {
      let at = head;
      for (; at !== slab.doneTail(thread); at += 1) {
        const slot = slab.doneAt(thread, at);
        assert.equal(slab.isClaimedBy(slot, thread), true);
        slab.release(slot);
        free.push(slot);
        claimed += 1;
      }
      heads[thread] = at;
    }
  };

  for (let request = 0; request < REQUESTS;) {
    const slot = free.pop();
    if (slot === undefined) {
      collect();
      continue;
    }
    slab.words[slab.payloadAt(slot) / 4] = request;
    while (slab.submit(slot) === -1) collect();
    if (request % 5 === 0) slab.resubmit(slot);
    for (let other = 0; other < slab.slots; other += 1) slab.giveBack(other);
    if (request % 7 === 0 && slab.withdraw(slot)) {
      withdrawn.add(request);
      free.push(slot);
    }
    request += 1;
  }
  while (claimed + withdrawn.size < REQUESTS) collect();
  return withdrawn;
}
