import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type ControlBlockInit,
  decodeControlBlock,
  Slab,
} from '@isapi-host/worker-runtime/protocol';
import * as fc from 'fast-check';
import { checkProperty } from '../../../helpers/check-property.ts';
import { controlBlockInit, encodeInit } from '../../../helpers/control-block-init.ts';

const slab = Slab.create({ slots: 2, slotBytes: 64 * 1024, threads: 1 });

/** Text as it comes out of a parser of headers: one byte a character. */
const latin1 = fc.string({
  unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
  maxLength: 300,
});
const text = fc.string({ unit: 'binary', maxLength: 300 });
const port = fc.integer({ min: 0, max: 65_535 });

const inits: fc.Arbitrary<ControlBlockInit> = fc.record(
  {
    connId: fc.maxSafeNat(),
    requestId: text,
    extension: text,
    module: text,
    method: latin1,
    url: latin1,
    httpVersion: fc.constantFrom('1.0', '1.1'),
    scriptName: text,
    pathInfo: text,
    pathTranslated: fc.option(text, { nil: undefined }),
    scriptTranslated: text,
    totalBytes: fc.option(fc.maxSafeNat(), { nil: undefined }),
    bodyEnded: fc.boolean(),
    keepConn: fc.boolean(),
    user: fc.option(
      fc.record(
        {
          name: fc.option(text, { nil: undefined }),
          authType: fc.option(text, { nil: undefined }),
        },
        { noNullPrototype: true },
      ),
      { nil: undefined },
    ),
    remoteAddress: text,
    remotePort: port,
    localAddress: text,
    localPort: port,
    secure: fc.boolean(),
  },
  { noNullPrototype: true },
);

test('what is decoded is what was encoded', () => {
  checkProperty(
    fc.property(
      inits,
      latin1,
      fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 4 }),
      (init, headers, pieces) => {
        assert.equal(encodeInit(slab, 0, init, headers, pieces), true);

        const parts = decodeControlBlock(slab, 0);

        assert.deepEqual(parts.init, init);
        assert.equal(slab.bytes.latin1Slice(parts.headersAt, parts.bodyAt), headers);
        assert.ok(Buffer.concat(pieces).equals(slab.bytes.subarray(parts.bodyAt, parts.end)));
      },
    ),
  );
});

test('a header block keeps every byte from 0x20 to 0xFF', () => {
  const value = Array.from({ length: 224 }, (_, i) => String.fromCharCode(i + 32)).join('');
  const block = `X-All: ${value}\r\n`;
  encodeInit(slab, 0, controlBlockInit(), block, []);

  const { headersAt, bodyAt } = decodeControlBlock(slab, 0);

  assert.equal(slab.bytes.latin1Slice(headersAt, bodyAt), block);
});

test('a URL far longer than the buffers at start comes through', () => {
  const url = `/${'a'.repeat(50_000)}?${'b'.repeat(8000)}`;
  encodeInit(slab, 0, controlBlockInit({ url }), '', []);

  assert.equal(decodeControlBlock(slab, 0).init.url, url);
});

test('a request that just fits is taken, and one byte more is not', () => {
  encodeInit(slab, 0, controlBlockInit(), '', []);
  const { bodyAt } = decodeControlBlock(slab, 0);
  const room = slab.payloadAt(0) + slab.payloadBytes - bodyAt;

  assert.equal(encodeInit(slab, 0, controlBlockInit(), '', [Buffer.alloc(room)]), true);
  assert.equal(
    encodeInit(slab, 0, controlBlockInit(), '', [Buffer.alloc(room), Buffer.alloc(1)]),
    false,
  );
  assert.equal(encodeInit(slab, 0, controlBlockInit(), 'x'.repeat(room + 1), []), false);
});

test('a request that does not fit leaves the neighbouring slot alone', () => {
  encodeInit(slab, 1, controlBlockInit({ url: '/neighbour' }), 'A: b\r\n', []);

  encodeInit(slab, 0, controlBlockInit(), '', [Buffer.alloc(slab.payloadBytes, 1)]);

  assert.equal(decodeControlBlock(slab, 1).init.url, '/neighbour');
});

test('the answer begins behind the request', () => {
  encodeInit(slab, 0, controlBlockInit(), 'A: b\r\n', [Buffer.from('body')]);

  const { end } = decodeControlBlock(slab, 0);

  assert.equal(slab.bytes.latin1Slice(end - 4, end), 'body');
});
