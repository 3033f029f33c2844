import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from '../run-short.ts';

test('many connections and sessions at once are all answered rightly', async () => {
  const output = await runShort('memory');

  assert.match(output, /^an open session, half answered, of 100 /m);
});
