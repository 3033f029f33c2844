// Runs the compiled conformance tests and prints how many rules of each group hold:
//   node test/conformance.js
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('conformance/', import.meta.url));
const compiled = fileURLToPath(new URL('dist/conformance/', import.meta.url));
const SUFFIX = '.test.ts';

// The processes that run the files inherit this; it opens `@isapi-host/*/internal/*` to them.
process.execArgv.push('--conditions=isapi-test');

/** Runs the tests of one file, whose name is that of its rule group. */
async function countRules(group) {
  const file = join(compiled, `${group}.test.js`);
  const counts = { held: 0, broken: 0 };
  // A test may be declared by a helper, so its own file does not tell which group it belongs to.
  for await (const { type, data } of run({ files: existsSync(file) ? [file] : [] })) {
    if (data.nesting !== 0 || data.name === file) continue;
    if (type === 'test:pass') counts.held += 1;
    else if (type === 'test:fail') counts.broken += 1;
  }
  return counts;
}

const groups = readdirSync(source)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length))
  .toSorted();

const table = {};
const all = { held: 0, broken: 0 };
for (const group of groups) {
  const counts = await countRules(group);
  table[group] = counts;
  all.held += counts.held;
  all.broken += counts.broken;
}
console.table({ ...table, all });
process.exitCode = all.broken === 0 ? 0 : 1;
