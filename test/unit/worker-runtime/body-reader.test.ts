import assert from 'node:assert/strict';
import test from 'node:test';
import { CANCEL_CLIENT_GONE, READ_WINDOW_BYTES } from '@isapi-host/worker-runtime/protocol';
import { BodyReader, type BodySource } from '@isapi-host/worker-runtime/internal/body-reader';

/** A host that notes what it is asked for, and answers when the thread blocks. */
class FakeSource implements BodySource {
  readonly asked: number[] = [];
  whileBlocked: () => void = () => {
    throw new Error('the reader blocks, and nobody answers');
  };

  askForBytes(bytes: number): void {
    this.asked.push(bytes);
  }

  /** A time limit is over at once. */
  blockUntil(isDone: () => boolean, timeoutMs: number = Infinity): boolean {
    while (!isDone()) {
      if (timeoutMs !== Infinity) return false;
      this.whileBlocked();
    }
    return true;
  }
}

function setUp({ ended = false, readTimeoutMs = 0 } = {}): {
  source: FakeSource;
  reader: BodyReader;
} {
  const source = new FakeSource();
  return { source, reader: new BodyReader(source, ended, { profile: 'modern', readTimeoutMs }) };
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const text = (piece: Uint8Array): string => Buffer.from(piece).toString();

test('a body that has ended reads as empty, without asking the host', async () => {
  const { source, reader } = setUp({ ended: true });

  assert.equal((await reader.read(10)).length, 0);
  assert.equal(reader.readSync(10).length, 0);
  assert.deepEqual(source.asked, []);
});

test('a read settles with the bytes that come, never more than it asked for', async () => {
  const { reader } = setUp();
  const first = reader.read(3);

  reader.push([bytes('abcdef')], false);

  assert.equal(text(await first), 'abc');
  assert.equal(text(await reader.read(100)), 'def');
});

test('several reads at once are answered in their order', async () => {
  const { reader } = setUp();
  const reads = [reader.read(2), reader.read(2), reader.read(2)];

  reader.push([bytes('abcd')], false);
  reader.push([bytes('ef')], true);

  assert.deepEqual((await Promise.all(reads)).map(text), ['ab', 'cd', 'ef']);
});

test('after the last byte a read is empty, and stays so', async () => {
  const { reader } = setUp();
  reader.push([bytes('ab')], true);

  const pieces = [await reader.read(10), await reader.read(10), await reader.read(10)];

  assert.deepEqual(pieces.map(text), ['ab', '', '']);
});

test('an end without bytes settles a read that waits', async () => {
  const { reader } = setUp();
  const read = reader.read(10);

  reader.push([new Uint8Array(0)], true);

  assert.equal((await read).length, 0);
});

test('a read of 0 bytes is empty and takes nothing', async () => {
  const { reader } = setUp();
  reader.push([bytes('ab')], true);

  assert.equal((await reader.read(0)).length, 0);
  assert.equal(text(await reader.read(10)), 'ab');
});

test('the host is never allowed more than the window ahead of the reader', async () => {
  const { source, reader } = setUp();
  let sent = 0;
  let taken = 0;
  const piece = new Uint8Array(64 * 1024);

  for (let round = 0; round < 100; round += 1) {
    const read = reader.read(10_000);
    const allowed = source.asked.reduce((sum, asked) => sum + asked, 0);
    while (sent + piece.length <= allowed) {
      reader.push([piece.slice()], false);
      sent += piece.length;
    }
    taken += (await read).length;
    assert.ok(allowed - taken <= READ_WINDOW_BYTES);
  }

  assert.ok(sent > 0);
});

test('a slow reader asks for more before it has run dry', async () => {
  const { source, reader } = setUp();
  void reader.read(1);
  reader.push([new Uint8Array(READ_WINDOW_BYTES)], false);

  await reader.read(READ_WINDOW_BYTES - 1);
  await Promise.race([reader.read(1), Promise.resolve()]);

  assert.ok(source.asked.length > 1);
});

test('a blocking read takes what the host sends meanwhile', () => {
  const { source, reader } = setUp();
  source.whileBlocked = () => reader.push([bytes('sync')], true);

  assert.equal(text(reader.readSync(100)), 'sync');
  assert.equal(reader.readSync(100).length, 0);
});

test('a blocking read while another waits is ERROR_IO_PENDING', () => {
  const { reader } = setUp();
  void reader.read(1);

  assert.throws(() => reader.readSync(1), { code: 'ERROR_IO_PENDING', number: 997 });
});

test('when the session is cancelled, waiting and later reads reject', async () => {
  const { reader } = setUp();
  const waiting = reader.read(1);

  reader.cancel(CANCEL_CLIENT_GONE);

  await assert.rejects(waiting, { code: 'ERROR_OPERATION_ABORTED' });
  await assert.rejects(reader.read(1), { code: 'ERROR_OPERATION_ABORTED' });
  assert.throws(() => reader.readSync(1), { code: 'ERROR_OPERATION_ABORTED' });
});

test('a blocking read ends when the session is cancelled meanwhile', () => {
  const { source, reader } = setUp();
  source.whileBlocked = () => reader.cancel(CANCEL_CLIENT_GONE);

  assert.throws(() => reader.readSync(1), { code: 'ERROR_OPERATION_ABORTED' });
});

test('bytes that came before the session was cancelled can still be read', async () => {
  const { reader } = setUp();
  reader.push([bytes('ab')], false);
  reader.cancel(CANCEL_CLIENT_GONE);

  assert.equal(text(await reader.read(10)), 'ab');
  await assert.rejects(reader.read(10), { code: 'ERROR_OPERATION_ABORTED' });
});

test('a read that waits too long fails, and the next one has the bytes', async () => {
  const { reader } = setUp({ readTimeoutMs: 1 });

  await assert.rejects(reader.read(10), { code: 'ERROR_SEM_TIMEOUT', number: 121 });
  assert.throws(() => reader.readSync(10), { code: 'ERROR_SEM_TIMEOUT', number: 121 });
  reader.push([bytes('abc')], false);

  assert.equal(text(await reader.read(10)), 'abc');
});

test('of several reads each has its own time, and a patient one has no end to it', async () => {
  const { reader } = setUp({ readTimeoutMs: 1 });
  const patient = reader.readPatiently(2);

  const ends = await Promise.allSettled([reader.read(10), reader.read(10)]);
  reader.push([bytes('abcd')], false);

  assert.deepEqual(
    ends.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(text(await patient), 'ab');
  assert.equal(text(await reader.read(10)), 'cd');
});
