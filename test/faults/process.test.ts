import assert from 'node:assert/strict';
import test from 'node:test';
import { FaultHost, faultyPool } from '../helpers/fault-host.ts';

// What only a process of its own contains. Rows of the table in docs/reliability.md.

const apart = { ...faultyPool, isolation: 'process', externalMb: 0 } as const;
const host = await FaultHost.start(test, {
  pools: { apart, large: { ...apart, rssMb: 256 } },
  extensions: {
    apart: { module: './faulty.mjs', paths: ['/apart'], pool: 'apart' },
    large: { module: './faulty.mjs', paths: ['/large'], pool: 'large' },
  },
});

const posixOnly = { skip: process.platform === 'win32' };

test('F9 memory that no thread accounts for', posixOnly, async () => {
  await host.served('/large?ok');

  await host.tells(
    [['proc.rss', { pool: 'large' }]],
    async () => assert.equal(await host.outcome('/large?hold-for-ever%3D600'), 502),
    '/large?ok',
  );
});

test('F13 a crash of the whole process', posixOnly, async () => {
  await host.served('/apart?ok');

  await host.tells(
    [['pool.exit', { pool: 'apart', lost: 1 }]],
    async () => assert.equal(await host.outcome('/apart?kill-process'), 502),
    '/apart?ok',
  );
});

test('F16 files of others that are closed', posixOnly, async () => {
  await host.served('/apart?ok');

  await host.tells(
    [['pool.exit', { pool: 'apart' }]],
    async () => assert.equal(await host.outcome('/apart?close-files'), 502),
    '/apart?ok',
  );
});

test('F17 files of others that are written to', posixOnly, async () => {
  await host.served('/apart?ok');

  void host.outcome('/apart?write-foreign');

  await host.othersAreServed();
  await host.served('/apart?ok');
});
