import assert from 'node:assert/strict';
import { test } from 'node:test';

import { viewFault } from '@isapi-host/host/internal/admin/api/fault-view';
import { Faults } from '@isapi-host/host/internal/observe/faults';
import { createLogger } from '@isapi-host/host/internal/observe/logger';
import { RecentFaults } from '@isapi-host/host/internal/observe/recent-faults';
import { configFrom } from '@isapi-host/host/internal/config/resolve-config';

async function silentFaults(): Promise<Faults> {
  const { log } = await configFrom({ log: { level: 'silent' } }, '.');
  return new Faults(await createLogger(log, undefined));
}

test('the last hundred faults are kept, the latest first', async () => {
  const faults = await silentFaults();
  const recent = new RecentFaults(faults);

  for (let count = 0; count < 250; count += 1) faults.report('pool.full', { refused: count });

  const numbers = recent.latestFirst().map(({ number }) => number);
  assert.deepEqual([numbers.length, numbers[0], numbers.at(-1)], [100, 250, 151]);
});

test('a fault is told with the reason its error gives, and what only its kind knows', async () => {
  const faults = await silentFaults();
  const recent = new RecentFaults(faults);
  const error = { code: 'Error', message: 'out of paper', stack: 'secret' };

  faults.report('ext.throw', { extension: 'print', pool: 'slow', url: '/print', error });
  faults.report('worker.exit', { pool: 'slow', exitCode: 3, lost: 1, stack: 'secret' });
  const [exit, thrown] = recent
    .latestFirst()
    .map((fault) => Object.assign(viewFault(fault), { at: '' }));

  assert.deepEqual(thrown, {
    process: process.pid,
    number: 1,
    at: '',
    evt: 'ext.throw',
    level: 'error',
    message: 'extension failed',
    extension: 'print',
    pool: 'slow',
    url: '/print',
    requestId: null,
    errorCode: null,
    reason: 'out of paper',
  });
  assert.deepEqual(exit, {
    process: process.pid,
    number: 2,
    at: '',
    evt: 'worker.exit',
    level: 'error',
    message: 'thread lost',
    extension: null,
    pool: 'slow',
    url: null,
    requestId: null,
    errorCode: null,
    reason: 'exitCode 3, lost 1',
  });
});
