import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStat, type ProcessEntry, TICK_MS, treeOf } from './processes.ts';

test('CPU time is read behind a name that holds blanks and brackets', () => {
  const fields = ['S', '7', ...Array.from({ length: 9 }, () => '0'), '3', '2', '40', '10', '20'];

  assert.deepEqual(parseStat(`42 (a) b (c)) ${fields.join(' ')}`), {
    parent: 7,
    ms: 55 * TICK_MS,
    ownMs: 5 * TICK_MS,
  });
});

const child = (parent: number): ProcessEntry => ({ parent, ms: 0, ownMs: 0 });

test('a tree is a process, its children and theirs', () => {
  const processes = new Map([
    [1, child(0)],
    [2, child(1)],
    [3, child(2)],
    [4, child(1)],
    [5, child(9)],
  ]);

  assert.deepEqual(
    treeOf(processes, 1).toSorted((a, b) => a - b),
    [1, 2, 3, 4],
  );
  assert.deepEqual(treeOf(processes, 5), [5]);
});
