import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from '../run-short.ts';

test('hello is right while another extension computes', async () => {
  const output = await runShort('hog');

  assert.match(output, /^host, 2 threads /m);
  assert.doesNotMatch(output, /WRONG|left out/);
});
