import assert from 'node:assert/strict';
import test from 'node:test';
import { RestartDelay } from '@isapi-host/host/internal/supervisor/restart-delay';

test('a process is started again at once, then after ever longer', () => {
  const delay = new RestartDelay();

  const delays = Array.from({ length: 10 }, () => delay.next(0));

  assert.deepEqual(delays, [0, 50, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

test('a process that was ready for long is no further failure', () => {
  const delay = new RestartDelay();
  for (let death = 0; death < 5; death++) delay.next(0);

  assert.deepEqual([delay.next(10_000), delay.next(0)], [0, 50]);
});
