import assert from 'node:assert/strict';
import test from 'node:test';
import { MessageQuota } from '@isapi-host/host/internal/dispatch/message-quota';

test('5,000 messages at once are too many', () => {
  const quota = new MessageQuota();

  const taken = Array.from({ length: 5000 }, () => quota.take());

  assert.equal(taken.indexOf(true), 4999);
});

test('messages that are answered do not count', () => {
  const quota = new MessageQuota();

  for (let i = 0; i < 20_000; i += 1) {
    assert.equal(quota.take(), false);
    quota.pay(1);
  }
});

test('nobody pays ahead', () => {
  const quota = new MessageQuota();
  quota.pay(1_000_000);

  const taken = Array.from({ length: 5000 }, () => quota.take());

  assert.equal(taken.at(-1), true);
});
