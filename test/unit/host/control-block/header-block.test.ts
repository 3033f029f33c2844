import assert from 'node:assert/strict';
import test from 'node:test';
import { buildHeaderBlock } from '@isapi-host/host/internal/control-block/header-block';

test('headers become lines as they were received: order, case and repetition stay', () => {
  const raw = ['Host', 'a', 'x-Two', '1', 'X-TWO', '2', 'Empty', ''];

  assert.equal(buildHeaderBlock(raw), 'Host: a\r\nx-Two: 1\r\nX-TWO: 2\r\nEmpty: \r\n');
});

test('a request without headers has an empty block', () => {
  assert.equal(buildHeaderBlock([]), '');
});
