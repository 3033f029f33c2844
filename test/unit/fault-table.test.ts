import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';

const root = new URL('../../../', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

const eventNames = /(?<=['`])(?:ext|worker|pool|proc|bridge)\.[a-z]+(?=['`])/g;

const [, matrix = ''] = read('docs/reliability.md').split('\n## The fault matrix\n');
const [section = ''] = matrix.split('\n## ');
/** Cells of the table of faults. */
const rows = section
  .split('\n')
  .filter((line) => /^\| F\d+ /.test(line))
  .map((line) => line.split('|').slice(1, -1))
  .map((cells) => cells.map((cell) => cell.trim()));

interface FaultTest {
  /** What tells cases of one apart is left out. */
  readonly title: string;
  readonly events: readonly string[];
}

/** The tests of faults, each with what stands between it and the next. */
const tests = readdirSync(new URL('test/faults/', root))
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => read(`test/faults/${file}`).split(/\n(?=(?:test\(|for \())/))
  .flatMap((block): FaultTest[] => {
    const title = /test\(\s*['`](F\d+ [^'`]*)/.exec(block)?.[1]?.replace(/: \$\{.*/, '');
    return title === undefined ? [] : [{ title, events: block.match(eventNames) ?? [] }];
  });

test('every row of the fault table has its test, and every test its row', () => {
  const listed = rows.map(([row = '', fault = '']) => `${row} ${fault}`);

  assert.deepEqual(new Set(listed), new Set(tests.map(({ title }) => title)));
});

for (const [row = '', fault = '', , told = ''] of rows) {
  test(`the events of ${row} ${fault} are those its test holds`, () => {
    const held = tests.filter(({ title }) => title === `${row} ${fault}`);

    const events = new Set(told.match(eventNames));
    assert.deepEqual(new Set(held.flatMap((one) => one.events)), events);
  });
}

test('the fault table has the rows F1 to F56', () => {
  const names = new Set(rows.map(([row]) => row));

  const expected = Array.from({ length: 56 }, (_, index) => `F${index + 1}`);
  assert.deepEqual([...names], expected);
});

test('every event of the fault table is one the host tells', () => {
  const events = rows.flatMap((cells) => cells[3]?.match(/[a-z]+\.[a-z]+/g) ?? []);
  const source = read('packages/host/src/observe/faults.ts');

  for (const event of events) assert.ok(source.includes(`'${event}': {`), event);
});
