import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { ClaimsRecord } from '@isapi-host/host/internal/dispatch/claims-record';
import { ClaimNotes } from '@isapi-host/worker-runtime/internal/claim-notes';

function openRecord(t: test.TestContext): { record: ClaimsRecord; notes: ClaimNotes } {
  const record = new ClaimsRecord();
  t.after(() => record.close());
  assert.ok(record.file !== undefined);
  return { record, notes: new ClaimNotes(record.file) };
}

test('what was noted has begun, and nothing else', (t) => {
  const { record, notes } = openRecord(t);
  const [first, second] = [record.take(), record.take()];

  notes.note(second, 2 ** 40);

  assert.equal(record.hasBegun(first, 1), false);
  assert.equal(record.hasBegun(second, 2 ** 40), true);
  assert.equal(record.hasBegun(second, 3), false);
});

test('a cell that is given back is given to the next request, for which the old note does not count', (t) => {
  const { record, notes } = openRecord(t);
  const cell = record.take();
  notes.note(cell, 1);

  record.give(cell);

  assert.equal(record.take(), cell);
  assert.equal(record.hasBegun(cell, 2), false);
});

test('as long as a request might begin, its cell is given to no other', (t) => {
  const { record } = openRecord(t);
  const cell = record.take();

  record.keep(cell, 1);
  const others = Array.from({ length: 2000 }, () => record.take());
  record.release(2);
  assert.ok(!others.includes(cell));
  assert.notEqual(record.take(), cell);
  record.release(1);

  assert.equal(record.take(), cell);
  assert.equal(new Set(others).size, others.length);
});

test('the file has no name that anybody could open', (t) => {
  openRecord(t);

  for (const folder of ['/dev/shm', '/tmp'].filter((path) => existsSync(path))) {
    const names = readdirSync(folder).filter((name) => name.startsWith('isapi-claims-'));
    assert.deepEqual(
      names.filter((name) => name.includes(`-${process.pid}-`)),
      [],
    );
  }
});
