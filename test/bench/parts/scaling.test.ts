import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from '../run-short.ts';

test('computing on one thread and on two gives the right results', async () => {
  const output = await runShort('scaling');

  assert.match(output, /^host, 2 threads /m);
  assert.doesNotMatch(output, /WRONG|left out/);
});
