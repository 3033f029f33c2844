import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from '../run-short.ts';

test('what is asked for beyond the capacity is served or refused, and told by its parts', async () => {
  const output = await runShort('overload');

  assert.match(output, /^2 x capacity +\d+ +\d/m);
  assert.doesNotMatch(output, /WRONG/);
});
