import assert from 'node:assert/strict';
import test from 'node:test';

import { nearest, suggestion } from '@isapi-host/host/internal/config/nearest';

const words = ['host', 'port', 'maxThreads', 'minThreads'];

const typos: readonly (readonly [typo: string, meant: string | undefined])[] = [
  ['prot', 'port'],
  ['por', 'port'],
  ['PORT', 'port'],
  ['maxThread', 'maxThreads'],
  ['minthreds', 'minThreads'],
  ['colour', undefined],
  ['', undefined],
];

for (const [typo, meant] of typos) {
  test(`"${typo}" ${meant === undefined ? 'is near to nothing' : `is near to ${meant}`}`, () => {
    assert.equal(nearest(typo, words), meant);
  });
}

test('a suggestion is empty when no word is near', () => {
  assert.deepEqual(
    [suggestion('prot', words), suggestion('colour', words)],
    ['; did you mean port?', ''],
  );
});
