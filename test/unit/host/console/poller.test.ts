import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';

import { Poller } from '@isapi-host/host/internal/console/poller';

/** A page that the test shows and hides. */
class FakePage extends EventTarget {
  hidden = false;

  show(isShown: boolean): void {
    this.hidden = !isShown;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

test('looks are made one after the other, with a pause, as long as the page can be seen', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const page = new FakePage();
  let looks = 0;
  const ends: (() => void)[] = [];
  const poller = new Poller(page, () => {
    looks += 1;
    return new Promise((resolve) => {
      ends.push(resolve);
    });
  });

  poller.start();
  poller.now();
  assert.equal(looks, 1, 'one is under way');

  ends.pop()?.();
  await setImmediate();
  t.mock.timers.tick(1000);
  assert.equal(looks, 2, 'after the pause');

  page.show(false);
  ends.pop()?.();
  await setImmediate();
  t.mock.timers.tick(60_000);
  assert.equal(looks, 2, 'hidden');

  page.show(true);
  assert.equal(looks, 3, 'shown again');
});
