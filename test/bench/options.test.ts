import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from './run-short.ts';

test('--help names parts, options, subjects and workloads', async () => {
  const output = await runShort('--help');

  for (const word of ['throughput', '--write-docs', 'host-pending', 'answer10k']) {
    assert.ok(output.includes(word), word);
  }
});
