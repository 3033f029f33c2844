import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import * as hse from '@isapi-host/sdk';
import { HANDLERS } from '@isapi-host/worker-runtime/internal/support-function';

const page = readFileSync(new URL('../../../docs/isapi-map.md', import.meta.url), 'utf8');

/** Rows of the table of request codes: number, name, verdict and how. */
function rows(): readonly { code: number; name: string; ours: string; how: string }[] {
  const [, section = ''] = page.split('\n## Request codes\n');
  const [own = ''] = section.split('\n## ');
  const lines = own.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => {
    const [code, name, , , ours, how] = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    return {
      code: Number(code),
      name: (name ?? '').replaceAll('`', ''),
      ours: ours ?? '',
      how: how ?? '',
    };
  });
}

const codes = Object.entries(hse)
  .filter(([name]) => name.startsWith('HSE_REQ_') || name === 'HSE_APPEND_LOG_PARAMETER')
  .map(([name, code]) => ({ code: code as number, name }))
  .toSorted((a, b) => a.code - b.code);

test('isapi-map.md has a row for every request code, in order', () => {
  const listed = rows().map(({ code, name }) => ({ code, name }));

  assert.deepEqual(listed, codes);
});

test('every request code has a handler, and nothing else has', () => {
  assert.deepEqual(
    [...HANDLERS.keys()].toSorted((a, b) => a - b),
    codes.map(({ code }) => code),
  );
});

test('a code that is refused fails with the error of its row, whatever its input', () => {
  for (const { code, ours, how } of rows()) {
    if (ours !== 'refused') continue;
    const [error = ''] = how.split(':');
    assert.throws(() => HANDLERS.get(code)?.({} as never, undefined as never, 'promise'), {
      code: error,
    });
  }
});
