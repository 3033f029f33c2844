import assert from 'node:assert/strict';
import test from 'node:test';
import { configFrom } from '@isapi-host/host/internal/config/resolve-config';
import { Host } from '@isapi-host/host/internal/host';
import { createLogger } from '@isapi-host/host/internal/observe/logger';

import { getJson } from '../../../helpers/admin-client.ts';
import { closeAfter } from '../../../helpers/cleanup.ts';
import { type LogLine, LogLines } from '../../../helpers/log-lines.ts';

test('an error that nobody expects is logged; the client is only told where to look', async (t) => {
  const logs = new LogLines();
  const user = { listen: { port: 0 }, admin: { enabled: true, port: 0 } };
  const config = await configFrom(user, '.');
  const stream = { write: (line: string) => logs.push(JSON.parse(line) as LogLine) };
  const host = new Host(config, await createLogger(config.log, stream));
  closeAfter(t, () => host.close());
  const { adminUrl } = await host.start();
  const pool = host.pools.get('default');
  assert.ok(pool && adminUrl);
  t.mock.method(pool, 'status', () => {
    throw new TypeError('inside');
  });

  const { status, body } = await getJson(`${adminUrl}/api/v1/pools`);

  assert.equal(status, 500);
  assert.deepEqual(body, { code: 'ISAPI_ERR_ADMIN_FAILED', message: 'see the log of the host' });
  const line = await logs.find({ msg: 'admin request failed' });
  assert.deepEqual(
    { method: line['method'], url: line['url'] },
    { method: 'GET', url: '/api/v1/pools' },
  );
  assert.match(JSON.stringify(line['err']), /inside/);
});
