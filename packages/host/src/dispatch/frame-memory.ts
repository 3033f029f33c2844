import type { SlabBytes } from '@isapi-host/worker-runtime/protocol';
import type { AnswerMemory } from '../callbacks/client.ts';

/** What was read from a pool process, with the body of an answer in it. */
export class FrameMemory implements AnswerMemory {
  readonly bytes: SlabBytes;

  constructor(bytes: Buffer) {
    this.bytes = bytes as SlabBytes;
  }

  /** Copies bytes out: a view would keep all that was read with the frame. */
  read(start: number, end: number): Buffer<ArrayBuffer> {
    const copy = Buffer.allocUnsafeSlow(end - start);
    this.bytes.copy(copy, 0, start, end);
    return copy;
  }
}
