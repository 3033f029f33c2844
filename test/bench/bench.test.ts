import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const bench = fileURLToPath(new URL('./bench.js', import.meta.url));
const runFile = promisify(execFile);

/** The shortest run of a part. It exits with 1, and so rejects, if one byte of one answer was wrong. */
async function runShort(...args: readonly string[]): Promise<string> {
  const { stdout } = await runFile(process.execPath, [bench, ...args, '--short']);
  return stdout;
}

test('throughput: extensions give the answers of plain Fastify', async () => {
  const names = ['--workloads', 'hello12,upload', '--subjects', 'host-async,host-pending'];
  const output = await runShort('throughput', ...names);

  assert.match(output, /^hello12 /m);
  assert.doesNotMatch(output, /WRONG|left out/);
});

test('latency: every request of a fixed rate is answered rightly', async () => {
  const output = await runShort('latency', '--subjects', 'host-async');

  assert.match(output, /^hello12 at \d+ requests\/s, 80 % /m);
  assert.doesNotMatch(output, /WRONG|left out/);
});

test('scaling: computing on one thread and on two gives the right results', async () => {
  const output = await runShort('scaling');

  assert.match(output, /^host, 2 threads /m);
  assert.doesNotMatch(output, /WRONG|left out/);
});

test('hog: hello is right while another extension computes', async () => {
  const output = await runShort('hog');

  assert.match(output, /^host, 2 threads /m);
  assert.doesNotMatch(output, /WRONG|left out/);
});

test('callbacks: all calls come back', async () => {
  const output = await runShort('callbacks');

  assert.match(output, /^serverSupportFunctionSync .* 100$/m);
});

test('memory: many connections and sessions at once are all answered rightly', async () => {
  const output = await runShort('memory');

  assert.match(output, /^an open session, half answered, of 100 /m);
});

test('cold: first answers are right', async () => {
  const output = await runShort('cold');

  assert.match(output, /^a thread that missed its deadline /m);
});

test('--help names parts, options, subjects and workloads', async () => {
  const output = await runShort('--help');

  for (const word of ['throughput', '--write-docs', 'host-pending', 'answer10k']) {
    assert.ok(output.includes(word), word);
  }
});
