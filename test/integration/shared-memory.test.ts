import assert from 'node:assert/strict';
import test from 'node:test';
import { createHost } from '@isapi-host/host';

test('a queue that takes more shared memory than there can be stops the start, and says so', async (t) => {
  const host = await createHost({
    listen: { port: 0 },
    log: { level: 'silent' },
    pools: { default: { maxQueue: 100_000 } },
  });
  t.after(() => host.close());

  await assert.rejects(host.start(), {
    code: 'ISAPI_ERR_CONFIG',
    message: /^pools\.default: .* expected at most 2147483647; lower maxQueue/,
  });
});
