import assert from 'node:assert/strict';
import test from 'node:test';
import { CrashBudget } from '@isapi-host/host/internal/dispatch/crash-budget';

test('deaths are too many when their number is reached within the window', () => {
  const budget = new CrashBudget({ rapidFailMax: 3, rapidFailWindowMs: 100 });

  const spent = [0, 50, 120, 140, 149].map((now) => budget.spend(now));

  assert.deepEqual(spent, [false, false, false, true, true]);
});

test('after a reset deaths are counted from the start', () => {
  const budget = new CrashBudget({ rapidFailMax: 2, rapidFailWindowMs: 100 });
  budget.spend(0);
  budget.reset();

  assert.equal(budget.spend(1), false);
  assert.equal(budget.spend(2), true);
});

test('with a limit of 0 no number of deaths is too many', () => {
  const budget = new CrashBudget({ rapidFailMax: 0, rapidFailWindowMs: 100 });

  assert.equal(
    [1, 2, 3].some((now) => budget.spend(now)),
    false,
  );
});
