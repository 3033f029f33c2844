import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parts } from '../parts/parts.ts';
import { replacePart } from './write-docs.ts';

const page = readFileSync(new URL('../../../../docs/performance.md', import.meta.url), 'utf8');

test('docs/performance.md has a place for every part, and what is put there stays within it', () => {
  for (const { name } of parts) {
    const written = replacePart(page, name, 'NEW');

    assert.match(
      written,
      new RegExp(`bench:${name}:begin -->\\n\\nNEW\\n\\n<!-- bench:${name}:end`),
    );
    assert.equal(replacePart(written, name, 'OTHER'), replacePart(page, name, 'OTHER'));
    for (const { name: other } of parts) {
      if (other !== name) assert.equal(contentOf(written, other), contentOf(page, other));
    }
  }
});

test('a part without a place is told', () => {
  assert.throws(() => replacePart(page, 'nosuch', ''), /lacks <!-- bench:nosuch:begin -->/);
});

function contentOf(text: string, name: string): string | undefined {
  return text.split(`<!-- bench:${name}:begin -->`)[1]?.split(`<!-- bench:${name}:end -->`)[0];
}
