import assert from 'node:assert/strict';
import test from 'node:test';
import {
  bytesOf,
  encodeFrame,
  FrameReader,
  FrameWriter,
  unpackMessage,
} from '@isapi-host/worker-runtime/protocol';
import * as fc from 'fast-check';
import { checkProperty } from '../../../helpers/check-property.ts';

type Taken = readonly [head: unknown, bytes: string];

/** Reads what comes in pieces of the given sizes, again and again. */
function readInPieces(all: Buffer, sizes: readonly number[]): Taken[] {
  const taken: Taken[] = [];
  const reader = new FrameReader((found) => {
    taken.push([unpackMessage(found), bytesOf(found).toString('latin1')]);
  });
  for (let at = 0, piece = 0; at < all.length; piece += 1) {
    const size = sizes[piece % sizes.length] ?? 1;
    reader.push(all.subarray(at, at + size));
    at += size;
  }
  return taken;
}

const anyHead = fc.record(
  { op: fc.string(), connId: fc.nat(), ended: fc.boolean(), none: fc.constant(undefined) },
  { noNullPrototype: true },
);
const frame = fc.record({
  head: anyHead,
  body: fc.string({ unit: 'binary-ascii', maxLength: 200 }),
});

test('frames come out as they went in, however the stream is cut', () => {
  checkProperty(
    fc.property(
      fc.array(frame, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 8 }),
      (frames, sizes) => {
        const all = frames.map(({ head, body }) =>
          encodeFrame(head, [Buffer.from(body, 'latin1')]),
        );

        const taken = readInPieces(Buffer.concat(all), sizes);

        assert.deepEqual(
          taken,
          frames.map(({ head, body }) => [head, body]),
        );
      },
    ),
  );
});

test('what is sent in one turn leaves in one go, in its order, long bytes from where they are', async () => {
  const long = Buffer.alloc(20_000, 'x');
  const writes: Uint8Array[] = [];
  const calls: string[] = [];
  const corked = new Promise<void>((resolve) => {
    const writer = new FrameWriter({
      writableLength: 0,
      cork: () => calls.push('cork'),
      write: (data) => writes.push(data),
      uncork: () => {
        calls.push('uncork');
        resolve();
      },
    });
    writer.send({ op: 'first' });
    writer.send({ op: 'second' }, long);
    writer.sendFrame(encodeFrame({ op: 'third' }, [Buffer.from('a'), Buffer.from('b')]));
  });
  await corked;

  assert.deepEqual(calls, ['cork', 'uncork']);
  assert.ok(writes.includes(long));
  assert.deepEqual(readInPieces(Buffer.concat(writes), [1e6]), [
    [{ op: 'first' }, ''],
    [{ op: 'second' }, long.toString()],
    [{ op: 'third' }, 'ab'],
  ]);
});

test('bytes in a head have memory of their own', () => {
  const encoded = encodeFrame({ bytes: new Uint8Array([1, 2, 3]) }, []);
  let taken: { readonly bytes: Uint8Array } | undefined;
  const reader = new FrameReader((found) => {
    taken = unpackMessage(found) as typeof taken;
  });
  reader.push(encoded);
  encoded.fill(0);

  assert.deepEqual([...(taken?.bytes ?? [])], [1, 2, 3]);
});

test('a length that no frame has is refused', () => {
  const reader = new FrameReader(() => assert.fail('there is no frame'));

  assert.throws(() => reader.push(Buffer.alloc(8, 0xff)), RangeError);
});

test('a chunk that the sink has not passed on is not written over', () => {
  const written: Uint8Array[] = [];
  const sink = {
    writableLength: 1,
    cork: () => undefined,
    uncork: () => undefined,
    write: (data: Uint8Array) => written.push(data),
  };
  const writer = new FrameWriter(sink);
  const taken: unknown[] = [];

  for (let number = 0; number < 50; number += 1) {
    writer.send({ number }, Buffer.alloc(3000, number));
    if (number % 7 === 0) writer.flush();
  }
  writer.flush();

  new FrameReader(({ data, bytesAt, end }) => {
    taken.push([data[bytesAt], data[end - 1], end - bytesAt]);
  }).push(Buffer.concat(written));
  assert.deepEqual(
    taken,
    Array.from({ length: 50 }, (_, number) => [number, number, 3000]),
  );
});
