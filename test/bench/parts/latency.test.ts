import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from '../run-short.ts';

test('every request of a fixed rate is answered rightly', async () => {
  const output = await runShort('latency', '--subjects', 'host-async');

  assert.match(output, /^hello12 at \d+ requests\/s, 80 % /m);
  assert.doesNotMatch(output, /WRONG|left out/);
});
