import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TrafficHistory } from '@isapi-host/host/internal/console/traffic-history';

type Traffic = Parameters<TrafficHistory['add']>[0];

/** Counters of two extensions that have answered alike. */
function traffic(atMs: number, requests: Record<string, number>, run: readonly number[]): Traffic {
  const extension = { requests, queue: { buckets: [0, 0, 0] }, run: { buckets: run } };
  return { atMs, boundsMs: [10, 100], extensions: [extension, extension] };
}

const nothing = {
  done: null,
  clientErrors: null,
  serverErrors: null,
  runMedian: null,
  runP99: null,
  queueP99: null,
};

test('rates and quantiles are those between two looks', () => {
  const history = new TrafficHistory();

  history.add(traffic(1000, { '2xx': 10, '5xx': 1 }, [10, 1, 0]), 1);
  history.add(traffic(3000, { '2xx': 20, '3xx': 2, '4xx': 1, '5xx': 1 }, [60, 51, 0]), 3);

  assert.deepEqual(history.points, [
    { at: 1, ...nothing },
    {
      at: 3,
      done: 12,
      clientErrors: 1,
      serverErrors: 0,
      runMedian: 10,
      runP99: 98.2,
      queueP99: null,
    },
  ]);
});

test('a time beyond the last bound counts as that bound', () => {
  const history = new TrafficHistory();

  history.add(traffic(0, {}, [0, 0, 0]), 0);
  history.add(traffic(1000, { '2xx': 4 }, [0, 0, 4]), 1);

  assert.equal(history.points.at(-1)?.runMedian, 100);
});

test('a host that started anew gives a gap, not a negative rate', () => {
  const history = new TrafficHistory();

  history.add(traffic(5000, { '2xx': 50 }, [50, 0, 0]), 5);
  history.add(traffic(6000, { '2xx': 1 }, [1, 0, 0]), 6);

  assert.deepEqual(history.points.at(-1), { at: 6, ...nothing });
});

test('the last five minutes are kept', () => {
  const history = new TrafficHistory();

  for (let second = 0; second < 400; second += 1) history.add(traffic(second, {}, []), second);

  assert.equal(history.points.length, 300);
  assert.equal(history.points[0]?.at, 100);
});
