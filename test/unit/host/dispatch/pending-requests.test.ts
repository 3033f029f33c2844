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

test('requests are taken in the order they came, without those that were removed', (t) => {
  const requests = requestsOf(t);
  const [first, second, third] = [1, 2, 3].map((connId) => add(requests, connId));
  assert.ok(first !== undefined && second !== undefined && third !== undefined);

  assert.equal(requests.remove(second), 'waiting');
  const taken = [requests.takeWaiting(), requests.takeWaiting(), requests.takeWaiting()];

  assert.deepEqual(
    taken.map((frame) => frame?.toString()),
    ['request 1', 'request 3', undefined],
  );
  assert.deepEqual([requests.inFlight, requests.waiting, requests.sentCount], [2, 0, 2]);
});

test('only a request that was sent has its client found', (t) => {
  const requests = requestsOf(t);
  const client = add(requests, 1);

  assert.equal(requests.sent(1), undefined);
  requests.takeWaiting();
  assert.equal(requests.sent(1), client);
  assert.equal(requests.remove(client), 'sent');
  assert.equal(requests.remove(client), undefined);
  assert.equal(requests.sent(1), undefined);
});

test('what was sent is taken out at once, and what waits stays', (t) => {
  const requests = requestsOf(t);
  const sent = add(requests, 1);
  add(requests, 2);
  requests.takeWaiting();

  assert.deepEqual(requests.takeAll('sent'), [sent]);
  assert.equal(requests.takeWaiting()?.toString(), 'request 2');
});

test('a request that waits too long, or is past its deadline, is lost', async (t) => {
  const requests = requestsOf(t, 1);
  const late = add(requests, 1, monotonicMs());
  const queued = add(requests, 2);

  await requests.untilEmpty(60_000);

  assert.deepEqual([late.events, queued.events], [['deadline'], ['queue-timeout']]);
});
