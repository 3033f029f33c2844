import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMarkdown, formatText } from './table.ts';

const table = {
  title: 'Lengths',
  columns: ['a', 'long column'],
  rows: [
    ['first', '1'],
    ['2', 'second'],
  ],
};

test('columns are as wide as their widest cell', () => {
  assert.equal(formatText(table), 'Lengths\na      long column\nfirst  1\n2      second');
});

test('Markdown is padded as the formatter pads it', () => {
  assert.deepEqual(formatMarkdown(table).split('\n'), [
    '### Lengths',
    '',
    '| a     | long column |',
    '| ----- | ----------- |',
    '| first | 1           |',
    '| 2     | second      |',
  ]);
});
