import assert from 'node:assert/strict';
import { CaseHost, testStyles } from './case-host.ts';

// isapi.md 4.4, HSE_REQ_ASYNC_READ_CLIENT.

const INVALID = ['ERROR_INVALID_PARAMETER', 87];

testStyles(
  'the completion learns how many bytes the buffer begins with, 0 at the end',
  async (t, style) => {
    const host = await CaseHost.start(t, 'misc', { limits: { readAheadBytes: 2 } });

    const ends = await host.result('async-read', style, {
      method: 'POST',
      body: 'abcdef',
      query: '&bytes=100',
    });

    assert.deepEqual(ends, [
      [4, 0, 'cdef'],
      [0, 0, ''],
    ]);
  },
);

testStyles('no more bytes are read than fit', async (t, style) => {
  const host = await CaseHost.start(t, 'misc', { limits: { readAheadBytes: 2 } });

  const ends = await host.result('async-read', style, {
    method: 'POST',
    body: 'abcdef',
    query: '&bytes=3',
  });

  assert.deepEqual(ends, [
    [3, 0, 'cde'],
    [1, 0, 'f'],
  ]);
});

testStyles(
  'it needs a completion, a buffer, a size that fits, and HSE_IO_ASYNC',
  async (t, style) => {
    const host = await CaseHost.start(t, 'misc');

    const errors = await host.result('async-read-errors', style);

    assert.deepEqual(
      errors,
      Array.from({ length: 8 }, () => INVALID),
    );
  },
);
