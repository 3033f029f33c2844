import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from '../run-short.ts';

test('all calls come back', async () => {
  const output = await runShort('callbacks');

  assert.match(output, /^serverSupportFunctionSync .* 100$/m);
});
