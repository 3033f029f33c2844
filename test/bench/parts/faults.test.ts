import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from '../run-short.ts';

test('beside faults others are answered rightly, and after them everybody is', async () => {
  const output = await runShort('faults');

  assert.match(output, /^100 requests wait for the thread that dies .* 0 lost/m);
  assert.match(output, /^libuv hog: static file, p99 /m);
});
