import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import {
  type BodyFailure,
  type BodyTaker,
  RequestBody,
} from '@isapi-host/host/internal/control-block/request-body';
import * as fc from 'fast-check';
import { checkAsyncProperty } from '../../../helpers/check-property.ts';

/** Takes the body behind the read-ahead, and notes how it came. */
class FakeTaker implements BodyTaker {
  readonly pieces: Buffer[] = [];
  endings = 0;
  readonly failures: BodyFailure[] = [];

  take(bytes: Uint8Array, ended: boolean): void {
    assert.equal(this.endings, 0, 'bytes behind the end');
    this.pieces.push(Buffer.from(bytes));
    if (ended) this.endings += 1;
  }

  failed(failure: BodyFailure): void {
    this.failures.push(failure);
  }

  get text(): string {
    return Buffer.concat(this.pieces).toString('latin1');
  }
}

interface SetUp {
  readonly stream: PassThrough;
  readonly body: RequestBody;
  readonly taker: FakeTaker;
}

function setUp(totalBytes: number | undefined, maxBytes = 0): SetUp {
  // A small buffer, so that back-pressure is there from the first bytes on.
  const stream = new PassThrough({ highWaterMark: 16 });
  return { stream, body: new RequestBody(stream, totalBytes, maxBytes), taker: new FakeTaker() };
}

interface ReadAhead {
  /** What was read, or why it could not be. */
  readonly text: string;
  /** Whether that is the whole body. */
  readonly hasEnded: boolean;
}

/** The read-ahead, once it is complete. */
function readAhead(body: RequestBody, bytes: number): Promise<ReadAhead> {
  return new Promise((resolve) => {
    body.readAhead(bytes, (failure) => {
      const text = failure ?? Buffer.concat(body.readAheadPieces).toString('latin1');
      resolve({ text, hasEnded: body.hasEnded });
    });
  });
}

/** Lets the stream do what it has to. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

for (const total of [0, 1, 9, 10, 11, 25]) {
  test(`of ${total} bytes, a read-ahead of 10 takes ${Math.min(total, 10)}`, async () => {
    const { stream, body } = setUp(total);
    const ahead = readAhead(body, 10);

    for (let i = 0; i < total; i += 1) stream.write('x');
    stream.end();

    assert.deepEqual(await ahead, {
      text: 'x'.repeat(Math.min(total, 10)),
      hasEnded: total <= 10,
    });
  });
}

test('a body whose length was not announced is read ahead to its end, or as far as asked', async () => {
  const short = setUp(undefined);
  const long = setUp(undefined);

  short.stream.end('abc');
  long.stream.end('abcdefghijklmno');

  assert.deepEqual(await readAhead(short.body, 10), { text: 'abc', hasEnded: true });
  assert.deepEqual(await readAhead(long.body, 10), { text: 'abcdefghij', hasEnded: false });
});

test('nothing more is taken from the client than was allowed', async () => {
  const { stream, body, taker } = setUp(100);
  const ahead = readAhead(body, 10);
  stream.write('x'.repeat(100));
  await ahead;
  body.flowTo(taker);

  body.allow(7);
  await settle();
  assert.equal(taker.text.length, 7);

  body.allow(3);
  body.allow(30);
  await settle();
  assert.equal(taker.text.length, 40);
  assert.equal(taker.endings, 0);
});

test('the last byte that was announced is the end, without waiting for the end of the stream', async () => {
  const { stream, body, taker } = setUp(20);
  const ahead = readAhead(body, 10);
  stream.write('x'.repeat(20));
  await ahead;
  body.flowTo(taker);

  body.allow(1000);
  await settle();

  assert.equal(taker.text.length, 10);
  assert.equal(taker.endings, 1);
});

test('a body that was read ahead whole gives its taker nothing, not even its end', async () => {
  const { stream, body, taker } = setUp(10);
  const ahead = readAhead(body, 10);
  stream.end('x'.repeat(10));
  assert.deepEqual(await ahead, { text: 'x'.repeat(10), hasEnded: true });
  body.flowTo(taker);

  await settle();

  assert.deepEqual([taker.pieces.length, taker.endings], [0, 0]);
});

test('however a body comes in and is allowed, its bytes arrive in order, once, with one end', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 12 });
  await checkAsyncProperty(
    fc.asyncProperty(
      sizes,
      sizes,
      fc.nat({ max: 60 }),
      fc.boolean(),
      async (pieces, allowances, aheadBytes, isAnnounced) => {
        const text = pieces.map((size, i) => String.fromCharCode(65 + i).repeat(size)).join('');
        const { stream, body, taker } = setUp(isAnnounced ? text.length : undefined);
        const ahead = readAhead(body, aheadBytes);
        let at = 0;
        for (const size of pieces) {
          stream.write(text.slice(at, at + size));
          at += size;
        }
        stream.end();

        const first = await ahead;
        body.flowTo(taker);
        for (const bytes of first.hasEnded ? [] : [...allowances, 1000]) {
          body.allow(bytes);
          await settle();
        }

        assert.equal(first.text + taker.text, text);
        assert.equal(taker.endings, first.hasEnded ? 0 : 1);
        assert.equal(body.bytesIn, text.length);
      },
    ),
    { numRuns: 30 },
  );
});

test('a body that is announced larger than allowed is refused before any of it is read', async () => {
  const { stream, body } = setUp(101, 100);
  stream.write('x');

  assert.equal((await readAhead(body, 10)).text, 'too-large');
  assert.equal(body.bytesIn, 0);
});

test('a body that turns out larger than allowed is refused, in the read-ahead or behind it', async () => {
  const ahead = setUp(undefined, 5);
  const behind = setUp(undefined, 15);
  ahead.stream.write('x'.repeat(6));
  assert.equal((await readAhead(ahead.body, 10)).text, 'too-large');

  const read = readAhead(behind.body, 10);
  behind.stream.write('x'.repeat(10));
  await read;
  behind.body.flowTo(behind.taker);
  behind.body.allow(100);
  behind.stream.write('x'.repeat(6));
  await settle();

  assert.deepEqual(behind.taker.failures, ['too-large']);
});

test('a client that leaves during the read-ahead is told to who waits for it', async () => {
  const { stream, body } = setUp(100);
  const ahead = readAhead(body, 10);
  stream.write('abc');
  await settle();

  stream.destroy(new Error('aborted'));

  assert.equal((await ahead).text, 'aborted');
});

test('a client that leaves behind the read-ahead is told to the taker, once', async () => {
  const { stream, body, taker } = setUp(100);
  const ahead = readAhead(body, 10);
  stream.write('x'.repeat(10));
  await ahead;
  body.flowTo(taker);
  body.allow(100);

  stream.destroy(new Error('aborted'));
  await settle();

  assert.deepEqual(taker.failures, ['aborted']);
});

test('a client that leaves after its last byte has not left too early', async () => {
  const { stream, body, taker } = setUp(10);
  const ahead = readAhead(body, 10);
  stream.write('x'.repeat(10));
  await ahead;
  body.flowTo(taker);

  stream.destroy(new Error('aborted'));
  await settle();

  assert.deepEqual(taker.failures, []);
});
