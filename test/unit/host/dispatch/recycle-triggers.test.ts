import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type RecycleSettings,
  RecycleTriggers,
} from '@isapi-host/host/internal/dispatch/recycle-triggers';

const never: RecycleSettings = { recycleRequests: 0, recycleAfterMs: 0, recycleAt: '', rssMb: 0 };
const noon = new Date(2026, 0, 1, 12, 0, 30);

function triggers(settings: Partial<RecycleSettings>): RecycleTriggers {
  return new RecycleTriggers({ ...never, ...settings }, noon);
}

test('without settings a pool is never due', () => {
  const none = triggers({});

  assert.equal(none.isSet, false);
  assert.equal(none.due({ served: 1e9, ageMs: 1e12, rssMb: 1e9, now: noon }), undefined);
});

test('a pool is due after as many requests as set', () => {
  const byRequests = triggers({ recycleRequests: 10 });

  assert.equal(byRequests.isSet, true);
  assert.equal(byRequests.due({ served: 9, ageMs: 0, rssMb: 0, now: noon }), undefined);
  assert.equal(byRequests.due({ served: 10, ageMs: 0, rssMb: 0, now: noon }), 'requests');
});

test('a pool is due at the age that is set', () => {
  const byAge = triggers({ recycleAfterMs: 1000 });

  assert.equal(byAge.due({ served: 0, ageMs: 999, rssMb: 0, now: noon }), undefined);
  assert.equal(byAge.due({ served: 0, ageMs: 1000, rssMb: 0, now: noon }), 'age');
});

test('a pool is due once in each minute of its schedule', () => {
  const scheduled = triggers({ recycleAt: '12:00, 12:02' });
  const at = (minute: number, second: number): string | undefined =>
    scheduled.due({ served: 0, ageMs: 0, rssMb: 0, now: new Date(2026, 0, 1, 12, minute, second) });

  const due = [at(0, 40), at(1, 0), at(2, 0), at(2, 1), at(3, 0)];

  // It was opened in the minute 12:00.
  assert.deepEqual(due, [undefined, undefined, 'schedule', undefined, undefined]);
});

test('a pool is due when its process takes more memory than set', () => {
  const byMemory = triggers({ rssMb: 100 });

  assert.equal(byMemory.due({ served: 0, ageMs: 0, rssMb: 100, now: noon }), undefined);
  assert.equal(byMemory.due({ served: 0, ageMs: 0, rssMb: 101, now: noon }), 'memory');
});
