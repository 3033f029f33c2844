import assert from 'node:assert/strict';
import test from 'node:test';
import { mergeAnswers } from '@isapi-host/host/internal/admin/merge-answers';

const cases = [
  {
    what: 'the counts of a pool are added, its threads follow each other, the worst state counts',
    one: {
      pools: [
        {
          name: 'a',
          state: 'serving',
          generation: 3,
          waiting: 1,
          maxThreads: 4,
          pid: null,
          rssMb: null,
          threads: [{ process: 1, threadId: 1 }],
        },
      ],
    },
    other: {
      pools: [
        {
          name: 'a',
          state: 'disabled',
          generation: 2,
          waiting: 5,
          maxThreads: 4,
          pid: 7,
          rssMb: 10,
          threads: [{ process: 2, threadId: 1 }],
        },
      ],
    },
    merged: {
      pools: [
        {
          name: 'a',
          state: 'disabled',
          generation: 3,
          waiting: 6,
          maxThreads: 8,
          pid: null,
          rssMb: 10,
          threads: [
            { process: 1, threadId: 1 },
            { process: 2, threadId: 1 },
          ],
        },
      ],
    },
  },
  {
    what: 'counts by name are added, also those that one process has not',
    one: { processes: 1, uptimeMs: 5, draining: false, requests: { '2xx': 1 } },
    other: { processes: 1, uptimeMs: 9, draining: true, requests: { '2xx': 2, '5xx': 1 } },
    merged: { processes: 2, uptimeMs: 9, draining: true, requests: { '2xx': 3, '5xx': 1 } },
  },
  {
    what: 'times in buckets are added bucket by bucket',
    one: {
      boundsMs: [1, 2],
      extensions: [{ extension: 'a', pool: 'p', run: { buckets: [1, 0] } }],
    },
    other: {
      boundsMs: [1, 2],
      extensions: [
        { extension: 'a', pool: 'p', run: { buckets: [1, 2] } },
        { extension: 'b', pool: 'p', run: { buckets: [0, 4] } },
      ],
    },
    merged: {
      boundsMs: [1, 2],
      extensions: [
        { extension: 'a', pool: 'p', run: { buckets: [2, 2] } },
        { extension: 'b', pool: 'p', run: { buckets: [0, 4] } },
      ],
    },
  },
  {
    what: 'faults are put in order, the latest first',
    one: { faults: [{ process: 1, number: 1, evt: 'ext.throw', at: '2026-01-01T00:00:01Z' }] },
    other: {
      faults: [
        { process: 2, number: 2, evt: 'ext.throw', at: '2026-01-01T00:00:02Z' },
        { process: 2, number: 1, evt: 'ext.throw', at: '2026-01-01T00:00:00Z' },
      ],
    },
    merged: {
      faults: [
        { process: 2, number: 2, evt: 'ext.throw', at: '2026-01-01T00:00:02Z' },
        { process: 1, number: 1, evt: 'ext.throw', at: '2026-01-01T00:00:01Z' },
        { process: 2, number: 1, evt: 'ext.throw', at: '2026-01-01T00:00:00Z' },
      ],
    },
  },
  {
    what: 'faults that are counted are added',
    one: { faults: [{ evt: 'ext.throw', extension: 'a', pool: 'p', count: 2 }] },
    other: { faults: [{ evt: 'ext.throw', extension: 'a', pool: 'p', count: 3 }] },
    merged: { faults: [{ evt: 'ext.throw', extension: 'a', pool: 'p', count: 5 }] },
  },
];

for (const { what, one, other, merged } of cases) {
  test(`in the answers of two host processes ${what}`, () => {
    assert.deepEqual(mergeAnswers(one, other), merged);
  });
}
