import assert from 'node:assert/strict';
import test from 'node:test';
import { PortOutput } from '@isapi-host/worker-runtime/internal/port-output';
import {
  BufferPool,
  PIECE_BYTES,
  type ToHost,
  type WriteMessage,
  WRITE_WINDOW_BYTES,
} from '@isapi-host/worker-runtime/protocol';

/** An output whose window is full, and what it posts from then on. */
function fullOutput(): { output: PortOutput; buffers: BufferPool; posted: ToHost[] } {
  const buffers = new BufferPool();
  const posted: ToHost[] = [];
  const sink = {
    slot: 0,
    connId: 1,
    buffers,
    post: (message: ToHost) => void posted.push(message),
    blockUntil: () => assert.fail('nothing here blocks'),
  };
  const output = new PortOutput(sink, () => {});
  output.postAll(new Uint8Array(WRITE_WINDOW_BYTES));
  posted.length = 0;
  return { output, buffers, posted };
}

function textOf(message: ToHost): string {
  const { buffer, length } = message as WriteMessage;
  return Buffer.from(buffer, 0, length).toString();
}

test('what waits for room lies in a buffer that came back, and goes out in it', async () => {
  const { output, buffers, posted } = fullOutput();
  const buffer = new ArrayBuffer(PIECE_BYTES);
  buffers.give(buffer);

  const written = output.write(Buffer.alloc(PIECE_BYTES, 'a'));
  assert.notEqual(buffers.take(), buffer);
  output.credit(PIECE_BYTES);

  assert.equal(await written, PIECE_BYTES);
  assert.equal((posted[0] as WriteMessage).buffer, buffer);
  assert.equal(textOf(posted[0] as ToHost), 'a'.repeat(PIECE_BYTES));
});

test('of a long write, every part waits and goes out in order', async () => {
  const { output, posted } = fullOutput();
  const long = Buffer.concat(Array.from('abc', (letter) => Buffer.alloc(PIECE_BYTES, letter)));
  const bytes = long.subarray(1000);
  const expected = bytes.toString();

  output.credit(1);
  const written = output.write(bytes);
  long.fill('x');
  output.credit(WRITE_WINDOW_BYTES);

  assert.equal(await written, expected.length);
  assert.equal(posted.map(textOf).join(''), expected);
  assert.equal(output.queuedBytes, 0);
});

test('little that waits takes no buffer of a whole piece', () => {
  const { output, buffers } = fullOutput();
  const buffer = new ArrayBuffer(PIECE_BYTES);
  buffers.give(buffer);

  void output.write(Buffer.from('little'));

  assert.equal(buffers.take(), buffer);
});

test('the buffers of a write that is taken back or dropped are used again', async () => {
  for (const how of ['taken back', 'dropped'] as const) {
    const { output, buffers } = fullOutput();
    const buffer = new ArrayBuffer(PIECE_BYTES);
    buffers.give(buffer);
    const written = output.write(Buffer.alloc(PIECE_BYTES));

    if (how === 'taken back') assert.equal(output.takeLastBack(), true);
    else output.drop(Object.assign(new Error('gone'), { code: 'ERROR_CANCELLED' }) as never);

    assert.equal(buffers.take(), buffer, how);
    assert.equal(output.queuedBytes, 0, how);
    if (how === 'dropped') await assert.rejects(written as Promise<number>, /gone/);
  }
});
