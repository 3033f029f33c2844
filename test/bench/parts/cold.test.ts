import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from '../run-short.ts';

test('first answers are right', async () => {
  const output = await runShort('cold');

  assert.match(output, /^a thread that missed its deadline /m);
});
