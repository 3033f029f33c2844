import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from '../run-short.ts';

test('it is computed from what was measured', async () => {
  const output = await runShort('model');

  assert.match(output, /^(64 |This system does not tell CPU time)/m);
  assert.doesNotMatch(output, /WRONG/);
});
