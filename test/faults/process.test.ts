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

/** The pool serves again; requests that come while its process starts may have to be sent again. */
async function served(target: string): Promise<void> {
  while ((await host.outcome(target)) !== 200);
}

const posixOnly = { skip: process.platform === 'win32' };

test('F9 memory that no thread accounts for', posixOnly, async () => {
  await served('/large?ok');
  const event = host.watch();

  void host.outcome('/large?hold-buffers%3D400');

  await event('proc.rss', { pool: 'large' });
  await served('/large?ok');
  await host.othersAreServed();
});

test('F13 a crash of the whole process', posixOnly, async () => {
  await served('/apart?ok');
  const event = host.watch();

  assert.equal(await host.outcome('/apart?kill-process'), 502);

  await event('pool.exit', { pool: 'apart' });
  await served('/apart?ok');
  await host.othersAreServed();
});

test('F16 files of others that are closed', posixOnly, async () => {
  await served('/apart?ok');
  const event = host.watch();

  void host.outcome('/apart?close-files');

  await event('pool.exit', { pool: 'apart' });
  await served('/apart?ok');
  await host.othersAreServed();
});

test('F17 files of others that are written to', posixOnly, async () => {
  await served('/apart?ok');

  void host.outcome('/apart?write-foreign');

  await host.othersAreServed();
  await served('/apart?ok');
});
