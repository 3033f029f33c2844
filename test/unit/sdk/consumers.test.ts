import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const tests = fileURLToPath(new URL('../../../', import.meta.url));
const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));

/** Compiles an author's file without skipping the package's own declarations. */
async function compile(file: string, flags: readonly string[]): Promise<string> {
  const options = ['--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--noEmit'];
  const args = [join(typescript, 'bin', 'tsc'), '--ignoreConfig', ...options, ...flags, file];
  const run = promisify(execFile)(process.execPath, args, { cwd: tests });
  return run.then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { readonly stdout: string }).stdout,
  );
}

test('an extension compiles where nothing but the language is known', async () => {
  const output = await compile('types/extension.ts', ['--lib', 'es2022', '--types', '']);

  assert.equal(output, '');
});

test("the signal is the platform's AbortSignal where the DOM is known", async () => {
  const output = await compile('types/signal.ts', ['--lib', 'es2023,dom', '--types', '']);

  assert.equal(output, '');
});

test("the signal is the platform's AbortSignal where Node is known", async () => {
  const output = await compile('types/signal.ts', [
    '--lib',
    'es2023',
    '--types',
    'node',
    '--skipLibCheck',
  ]);

  assert.equal(output, '');
});
