import assert from 'node:assert/strict';
import test from 'node:test';
import {
  decodeControlBlock,
  encodeRequestFrame,
  FRAME_REQUEST,
  type Frame,
  FrameReader,
  nameReader,
  packConnection,
  packScript,
  readRequestFrame,
  setClaimCell,
  SLOT_CLAIM_CELL,
  Slab,
  writeRequest,
} from '@isapi-host/worker-runtime/protocol';
import * as fc from 'fast-check';
import { checkProperty } from '../../../helpers/check-property.ts';
import { controlBlockInit } from '../../../helpers/control-block-init.ts';

const slab = Slab.create({ slots: 2, slotBytes: 64 * 1024, threads: 1 });

/** Calls `take` with the frame as a reader finds it. */
function readFrame(encoded: Buffer, take: (frame: Frame) => void): void {
  new FrameReader(take).push(encoded);
}

function encode(
  init: ReturnType<typeof controlBlockInit>,
  headers: string,
  body: readonly Uint8Array[],
  msLeft = Infinity,
): Buffer {
  const parts = { script: packScript(init), connection: packConnection(init), request: init };
  return encodeRequestFrame({ extension: init.extension, msLeft }, parts, headers, body);
}

test('a request comes into its slot as if it had been written there at once', () => {
  checkProperty(
    fc.property(
      fc.record({
        connId: fc.maxSafeNat(),
        extension: fc.string({ unit: 'binary', maxLength: 30 }),
        url: fc.string({ unit: 'binary-ascii', maxLength: 300 }),
        totalBytes: fc.option(fc.maxSafeNat(), { nil: undefined }),
      }),
      fc.string({ unit: 'binary-ascii', maxLength: 300 }),
      fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 4 }),
      fc.oneof(fc.double({ noNaN: true }), fc.constant(Infinity)),
      (parts, headers, pieces, msLeft) => {
        const init = controlBlockInit(parts);
        const encoded = encode(init, headers, pieces, msLeft);
        setClaimCell(encoded, 77);

        readFrame(encoded, (frame) => {
          const { connId, extension } = init;
          assert.equal(frame.kind, FRAME_REQUEST);
          assert.deepEqual(readRequestFrame(frame), { connId, extension, msLeft });
          assert.equal(writeRequest(slab, 1, frame), true);
        });

        const block = decodeControlBlock(slab, 1);
        assert.deepEqual(block.init, init);
        assert.equal(slab.bytes.latin1Slice(block.headersAt, block.bodyAt), headers);
        assert.ok(Buffer.concat(pieces).equals(slab.bytes.subarray(block.bodyAt, block.end)));
        assert.equal(slab.words[slab.slotAt(1) + SLOT_CLAIM_CELL], 77);
      },
    ),
  );
});

test('a request that is larger than a slot is not written', () => {
  const encoded = encode(controlBlockInit(), '', [Buffer.alloc(slab.payloadBytes)]);

  readFrame(encoded, (frame) => assert.equal(writeRequest(slab, 0, frame), false));
});

test('the id and the target of a request can be asked for when its frame is gone', () => {
  const encoded = encode(controlBlockInit({ requestId: 'req-9', url: '/a?b' }), '', []);
  let readName: ReturnType<typeof nameReader> | undefined;

  readFrame(encoded, (frame) => {
    readName = nameReader(frame);
  });
  encoded.fill(0);

  assert.deepEqual(readName?.(), { requestId: 'req-9', url: '/a?b' });
});
