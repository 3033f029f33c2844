import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  type JoinedThread,
  type ThreadExit,
  ThreadPool,
  type ThreadPoolObserver,
  type ThreadPoolOptions,
} from '@isapi-host/host/internal/dispatch/thread-pool';
import { monotonicMs, Slab, type ToThread } from '@isapi-host/worker-runtime/protocol';
import { closeAfter } from '../../../helpers/cleanup.ts';
import { FakeThread } from '../../../helpers/fake-thread.ts';
import { tempFolder } from '../../../helpers/temp-folder.ts';

/** Notes who comes and goes, and lets a test wait for it. */
class Observer implements ThreadPoolObserver {
  readonly slab: Slab;
  readonly joined: JoinedThread[] = [];
  readonly changed: string[] = [];
  readonly ended: { readonly thread: number; readonly exit: ThreadExit }[] = [];
  #wake: () => void = () => undefined;

  constructor(slab: Slab) {
    this.slab = slab;
  }

  threadJoined(thread: JoinedThread): void {
    this.joined.push(thread);
    this.#wake();
  }

  modulesChanged(module: string): void {
    this.changed.push(module);
    this.#wake();
  }

  threadEnded(thread: number, exit: ThreadExit): void {
    this.ended.push({ thread, exit });
    if (thread !== -1) this.slab.leave(thread);
    this.#wake();
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

type PoolOptions = Partial<Omit<ThreadPoolOptions, 'settings'>> & {
  readonly settings?: Partial<ThreadPoolOptions['settings']>;
};

function startPool(
  t: test.TestContext,
  { settings: own, ...options }: PoolOptions = {},
): { pool: ThreadPool; observer: Observer } {
  const slab = Slab.create({ slots: 4, slotBytes: 1024, threads: 8 });
  const observer = new Observer(slab);
  const settings = { ...new FakeThread().settings, slab: slab.memory, ...own };
  const pool = new ThreadPool(
    {
      minThreads: 1,
      maxThreads: 2,
      heapMb: 0,
      permissions: undefined,
      env: undefined,
      settings,
      ...options,
    },
    observer,
  );
  closeAfter(t, () => pool.close(0));
  return { pool, observer };
}

const retire: ToThread = { op: 'retire', flags: 2 };

test('a pool starts as many threads as it keeps at least', async (t) => {
  const { pool, observer } = startPool(t, { minThreads: 2, maxThreads: 4 });

  await observer.until(() => observer.joined.length === 2);

  assert.equal(pool.size, 2);
  assert.deepEqual(pool.starting, []);
  assert.equal(new Set(observer.joined.map(({ number }) => number)).size, 2);
});

test('a thread of another release ends and says so', async (t) => {
  const { memory } = Slab.create({ slots: 4, slotBytes: 1024, threads: 8 });
  new Int32Array(memory)[0] = 99;
  const settings = { ...new FakeThread().settings, slab: memory };
  const { observer } = startPool(t, { settings });

  await observer.until(() => observer.ended.length > 0);

  const [ended] = observer.ended;
  assert.equal(ended?.thread, -1);
  assert.equal(ended.exit.errorCode, 'ISAPI_ERR_PROTOCOL_VERSION');
  assert.deepEqual(observer.joined, []);
});

test('a pool grows to its most threads and no further', async (t) => {
  const { pool, observer } = startPool(t, { minThreads: 0, maxThreads: 2 });

  assert.deepEqual([pool.grow(), pool.grow(), pool.grow()], [true, true, false]);
  await observer.until(() => observer.joined.length === 2);

  assert.equal(pool.size, 2);
});

test('a thread that is killed ends, and another takes its place', async (t) => {
  const { pool, observer } = startPool(t);
  await observer.until(() => observer.joined.length === 1);
  const [first] = observer.joined;

  pool.kill(first?.number ?? -1);
  await observer.until(() => observer.joined.length === 2);

  assert.equal(observer.ended[0]?.thread, first?.number);
  assert.notEqual(observer.joined[1]?.threadId, first?.threadId);
});

test('a thread that retires ends with code 0', async (t) => {
  const { observer } = startPool(t, { minThreads: 1, maxThreads: 1 });
  await observer.until(() => observer.joined.length === 1);

  observer.joined[0]?.port.postMessage(retire);
  await observer.until(() => observer.ended.length === 1);

  assert.equal(observer.ended[0]?.exit.exitCode, 0);
});

test('close waits for threads that retire, and ends those that do not', async (t) => {
  const { pool, observer } = startPool(t, { minThreads: 2, maxThreads: 2 });
  await observer.until(() => observer.joined.length === 2);
  observer.joined[0]?.port.postMessage(retire);
  await observer.until(() => observer.ended.length === 1);

  await pool.close(monotonicMs() + 50);

  assert.equal(pool.size, 0);
  assert.equal(pool.grow(), false);
});

test('a thread that dies before it has joined is reported, and the pool tries again until one lives', async (t) => {
  const marker = join(tempFolder(t), 'broken');
  const preload = `${marker}.cjs`;
  writeFileSync(marker, '');
  writeFileSync(
    preload,
    `if (require('node:fs').existsSync(${JSON.stringify(marker)})) process.exit(9);`,
  );
  const { observer } = startPool(t, { env: { NODE_OPTIONS: `--require ${preload}` } });

  await observer.until(() => observer.ended.length >= 3);
  assert.ok(observer.ended.every(({ thread, exit }) => thread === -1 && exit.exitCode === 9));
  assert.ok(existsSync(marker));
  rmSync(marker);
  await observer.until(() => observer.joined.length === 1);
});

test('a thread does not join when a file is not what the others run, and the others serve on', async (t) => {
  const file = join(tempFolder(t), 'module');
  writeFileSync(file, '');
  const stamps = new Map<string, string>();
  const { pool, observer } = startPool(t, { settings: { stamps } });
  await observer.until(() => observer.joined.length === 1);

  stamps.set(file, 'another state');
  pool.grow();
  await observer.until(() => observer.changed.length === 1);

  assert.deepEqual(observer.changed, [file]);
  assert.equal(pool.size, 1);
  assert.equal(observer.joined.length, 1);
  assert.deepEqual(observer.ended, []);
  // Until the next look there is no use in trying.
  assert.equal(pool.grow(), false);
});

test('with no other thread left a thread joins whatever its files are', async (t) => {
  const file = join(tempFolder(t), 'module');
  writeFileSync(file, '');
  const stamps = new Map([[file, 'another state']]);
  const { observer } = startPool(t, { settings: { stamps } });

  await observer.until(() => observer.changed.length === 1);
  stamps.clear();
  await observer.until(() => observer.joined.length === 1);
});
