import assert from 'node:assert/strict';
import test from 'node:test';
import { PendingRequests } from '@isapi-host/host/internal/dispatch/pending-requests';
import { monotonicMs } from '@isapi-host/worker-runtime/protocol';
import { FakeClient } from '../../../helpers/fake-client.ts';

function requestsOf(t: test.TestContext, queueTimeoutMs = 0): PendingRequests {
  const requests: PendingRequests = new PendingRequests(queueTimeoutMs, (client, loss) => {
    client.lose(loss);
    requests.remove(client);
  });
  t.after(() => requests.close());
  return requests;
}

function add(requests: PendingRequests, connId: number, deadline = Infinity): FakeClient {
  const client = new FakeClient(connId, deadline);
  client.queuedAt = monotonicMs();
  requests.add(client, Buffer.from(`request ${connId}`));
  return client;
}

/** Sends what waits, as far as it goes. @returns what is sent, in its order */
function sendAll(requests: PendingRequests): string[] {
  const sent: string[] = [];
  let cell = 0;
  for (;;) {
    const request = requests.takeWaiting(() => (cell += 1));
    if (request === undefined) return sent;
    sent.push(String(request.frame));
  }
}

test('requests are taken in the order they came, without those that were removed', (t) => {
  const requests = requestsOf(t);
  const [first, second, third] = [1, 2, 3].map((connId) => add(requests, connId));
  assert.ok(first !== undefined && second !== undefined && third !== undefined);

  assert.equal(requests.remove(second)?.cell, undefined);

  assert.deepEqual(sendAll(requests), ['request 1', 'request 3']);
  assert.deepEqual([requests.inFlight, requests.waiting, requests.sentCount], [2, 0, 2]);
});

test('only a request that was sent has its client found, and its cell', (t) => {
  const requests = requestsOf(t);
  const client = add(requests, 1);

  assert.equal(requests.sent(1), undefined);
  requests.takeWaiting(() => 7);
  assert.equal(requests.sent(1), client);
  assert.equal(requests.remove(client)?.cell, 7);
  assert.equal(requests.remove(client), undefined);
  assert.equal(requests.sent(1), undefined);
});

test('of what a process was sent only that is lost which it had begun; the rest goes before what came later', (t) => {
  const requests = requestsOf(t);
  const [, begun] = [1, 2, 3].map((connId) => add(requests, connId));
  sendAll(requests);
  add(requests, 4);

  const lost = requests.processGone((cell, connId) => cell === 2 && connId === 2);

  assert.deepEqual(lost, [begun]);
  assert.deepEqual([requests.waiting, requests.sentCount], [3, 0]);
  assert.deepEqual(sendAll(requests), ['request 1', 'request 3', 'request 4']);
});

test('the memory of a request is given up once a thread has begun it; it is not sent again', (t) => {
  const requests = requestsOf(t);
  const running = add(requests, 1);
  const request = requests.takeWaiting(() => 0);

  // The thread has it, and may yet let it wait for a module.
  requests.runIn(new Map([[1, 5]]), () => false);
  assert.notEqual(request?.frame, undefined);
  requests.runIn(new Map([[1, 5]]), () => true);

  assert.equal(request?.frame, undefined);
  assert.deepEqual(
    requests.processGone(() => false),
    [running],
  );
});

test('all that waits can be taken out, and what was sent stays', (t) => {
  const requests = requestsOf(t);
  const sent = add(requests, 1);
  requests.takeWaiting(() => 0);
  const waiting = add(requests, 2);

  assert.deepEqual(requests.takeAllWaiting(), [waiting]);
  assert.deepEqual(requests.all(), [sent]);
});

test('a request that waits too long, or is past its deadline, is lost', async (t) => {
  const requests = requestsOf(t, 1);
  const late = add(requests, 1, monotonicMs());
  const queued = add(requests, 2);

  await requests.untilEmpty(60_000);

  assert.deepEqual([late.events, queued.events], [['deadline'], ['queue-timeout']]);
});
