import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runShort } from './run-short.ts';

test('--help names parts, options, subjects and workloads', async () => {
  const output = await runShort('--help');

  for (const word of ['throughput', '--write-docs', 'host-pending', 'answer10k']) {
    assert.ok(output.includes(word), word);
  }
});

test('a command line that is not known gets exit code 2, and is told what is', async () => {
  for (const [argument, told] of [
    ['nosuch', /part nosuch: expected one of throughput/],
    ['--pairs=0', /--pairs 0: expected a whole number/],
    ['--nosuch', /'--nosuch'/],
  ] as const) {
    const { code, stderr } = await runShort(argument).then(
      () => assert.fail(`${argument} was accepted`),
      (error: unknown) => error as { readonly code: number; readonly stderr: string },
    );

    assert.equal(code, 2);
    assert.match(stderr, told);
    assert.match(stderr, /--help/);
  }
});
