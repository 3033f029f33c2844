import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manyProcesses, oneProcess } from './scale-model.ts';

const cost = { frontEndUs: 20, threadUs: 10 };

test('one process is bound by its front end, however many cores there are', () => {
  assert.deepEqual(oneProcess(64, cost, 0), {
    processes: 1,
    threads: 1,
    answersPerSecond: 50_000,
    limit: 'front end',
  });
});

test('procs that compute are bound by threads', () => {
  assert.deepEqual(oneProcess(16, cost, 1990), {
    processes: 1,
    threads: 15,
    answersPerSecond: 7500,
    limit: 'threads',
  });
});

test('more processes divide the cores as front ends and threads need them', () => {
  const best = manyProcesses(12, cost, 0);

  assert.deepEqual([best.processes, best.threads, best.answersPerSecond], [8, 4, 400_000]);
});

test('two cores have room for one process', () => {
  assert.equal(manyProcesses(2, cost, 0).processes, 1);
});
