import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from '../run-short.ts';

test('extensions give the answers of plain Fastify', async () => {
  const names = ['--workloads', 'hello12,upload', '--subjects', 'host-async,host-pending'];
  const output = await runShort('throughput', ...names);

  assert.match(output, /^hello12 /m);
  assert.doesNotMatch(output, /WRONG|left out/);
});
