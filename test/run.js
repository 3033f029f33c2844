// Runs the compiled tests: all of them, or those whose path holds one of the words given.
//   node test/run.js                        everything
//   node test/run.js architecture dispatch  two of them
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const words = process.argv.slice(2);
const source = fileURLToPath(new URL('.', import.meta.url));
const compiled = join(source, 'dist');

const files = readdirSync(compiled, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.js'))
  .filter((path) => existsSync(join(source, path.replace(/\.js$/, '.ts')))) // else its source is gone
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .toSorted()
  .map((path) => join(compiled, path));

if (files.length === 0) {
  console.error(`no test matches: ${words.join(' ')}`);
  process.exit(1);
}

// The processes that run the files inherit this; it opens `@isapi-host/*/internal/*` to them.
process.execArgv.push('--conditions=isapi-test');

run({ files, concurrency: 2, timeout: 300_000 })
  .on('test:fail', ({ todo }) => {
    if (todo === undefined || todo === false) process.exitCode = 1;
  })
  .compose(spec)
  .pipe(process.stdout);
