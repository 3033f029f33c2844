import assert from 'node:assert/strict';
import test from 'node:test';
import { configFrom } from '@isapi-host/host/internal/config/resolve-config';
import { Faults } from '@isapi-host/host/internal/observe/faults';
import { createLogger } from '@isapi-host/host/internal/observe/logger';
import { MemoryLimit } from '@isapi-host/host/internal/observe/memory-limit';

const { log } = await configFrom({ log: { level: 'silent' } }, '.');
const logger = await createLogger(log, undefined);

interface SetUp {
  readonly limit: MemoryLimit;
  /** What was done, in order: `recycle`, and the actions that were told. */
  readonly done: string[];
  readonly use: (mib: number) => void;
}

function setUp(t: test.TestContext, supervised: 'supervised' | 'alone'): SetUp {
  const done: string[] = [];
  const faults = new Faults(logger);
  faults.listen((evt, { action }) => done.push(`${evt} ${String(action)}`));
  let mib = 50;
  const limit = new MemoryLimit({
    limitMb: 100,
    faults,
    recycle: supervised === 'supervised' ? () => done.push('recycled') : undefined,
    rss: () => mib * 1024 * 1024,
  });
  t.after(() => limit.close());
  const use = (now: number): void => {
    mib = now;
    limit.look();
  };
  return { limit, done, use };
}

test('F88: below its limit a process is left alone', (t) => {
  const { limit, done, use } = setUp(t, 'supervised');

  use(100);

  assert.deepEqual([limit.isShedding, done], [false, []]);
});

test('F88: above its limit a process asks for a successor, once, and serves on', (t) => {
  const { limit, done, use } = setUp(t, 'supervised');

  use(101);
  use(150);

  assert.deepEqual([limit.isShedding, done], [false, ['host.rss recycle', 'recycled']]);
});

test('F88: far above its limit a process refuses requests until it is not any more', (t) => {
  const { limit, done, use } = setUp(t, 'supervised');

  use(151);
  assert.equal(limit.isShedding, true);
  use(150);

  assert.equal(limit.isShedding, false);
  assert.deepEqual(done, ['host.rss refuse', 'host.rss recycle', 'recycled']);
});

test('F88: a process that nobody recycles refuses requests while it is above its limit', (t) => {
  const { limit, done, use } = setUp(t, 'alone');

  use(101);
  assert.equal(limit.isShedding, true);
  use(120);
  use(99);

  assert.deepEqual([limit.isShedding, done], [false, ['host.rss refuse']]);
});
