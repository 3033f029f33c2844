import assert from 'node:assert/strict';
import test from 'node:test';
import { type LoadingThread, ModuleLoads } from '@isapi-host/host/internal/dispatch/module-loads';

/** A thread that notes which modules it was asked to load. */
class FakeThread implements LoadingThread {
  readonly number: number;
  readonly asked: unknown[] = [];
  readonly port = { postMessage: (message: unknown): unknown => this.asked.push(message) };

  constructor(number: number) {
    this.number = number;
  }
}

const toLoad = { op: 'load', modules: ['/a.js'] };
const problem = { module: '/a.js', error: { code: 'X', message: 'x', stack: '' } };

/** What became of a promise, once its reactions have run. */
async function stateOf(promise: Promise<unknown>): Promise<unknown> {
  const turn = new Promise((resolve) => setImmediate(() => resolve('pending')));
  return Promise.race([promise, turn]);
}

test('modules are loaded in as many threads as wanted: those that are there, then those that join', async () => {
  const loads = new ModuleLoads();
  const [first, second, third] = [new FakeThread(0), new FakeThread(1), new FakeThread(2)];

  const loaded = loads.ask(['/a.js'], [first], 2);
  loads.done(0, []);
  assert.equal(await stateOf(loaded), 'pending');
  loads.threadJoined(second);
  loads.threadJoined(third);
  assert.equal(loads.isPending, true);
  loads.done(1, []);

  assert.deepEqual(await loaded, []);
  assert.deepEqual([first.asked, second.asked, third.asked], [[toLoad], [toLoad], []]);
  assert.equal(loads.isPending, false);
});

test('a thread that is no more than what was wanted is not asked', async () => {
  const loads = new ModuleLoads();
  const [first, second] = [new FakeThread(0), new FakeThread(1)];

  const loaded = loads.ask(['/a.js'], [first, second], 1);
  loads.done(0, []);

  assert.deepEqual(await loaded, []);
  assert.deepEqual(second.asked, []);
});

test('one thread that cannot load a module is enough to tell', async () => {
  const loads = new ModuleLoads();

  const loaded = loads.ask(['/a.js'], [new FakeThread(0), new FakeThread(1)], 2);
  loads.done(1, [problem]);

  assert.deepEqual(await loaded, [problem]);
});

for (const [what, thread, joined] of [
  ['ends while it loads', 0, [new FakeThread(0)]],
  ['never joins', -1, []],
] as const) {
  test(`a thread that ${what} leaves its modules unloaded`, async () => {
    const loads = new ModuleLoads();

    const loaded = loads.ask(['/a.js', '/b.js'], joined, 1);
    loads.threadEnded(thread, 'exit code 1');

    const problems = (await loaded).map(({ module, error }) => [module, error.code]);
    assert.deepEqual(problems, [
      ['/a.js', 'ISAPI_ERR_THREAD_LOST'],
      ['/b.js', 'ISAPI_ERR_THREAD_LOST'],
    ]);
  });
}
