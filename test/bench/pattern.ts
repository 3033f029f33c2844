/** Bytes of one unit of the pattern. Every body that is longer is the unit again and again. */
export const UNIT_BYTES = 65_536;

/** The unit: printable, and no run of it looks like its neighbour. `subjects/cgi/program.c` makes the same. */
export const unit: Buffer = Buffer.alloc(UNIT_BYTES);
for (let i = 0; i < UNIT_BYTES; i += 1) unit[i] = 33 + ((i * 31 + (i >> 8)) % 94);

/** The first bytes of the pattern as one buffer. */
export function patternOf(bytes: number): Buffer {
  const body = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; at += UNIT_BYTES) unit.copy(body, at);
  return body;
}

/** Follows a body as it comes in, a piece at a time, and knows whether it is the pattern so far. */
export class PatternCheck {
  /** Bytes seen. */
  bytes = 0;
  isRight = true;
  readonly #unit: Buffer;

  constructor(repeated: Buffer = unit) {
    this.#unit = repeated;
  }

  push(piece: Uint8Array, from = 0, to: number = piece.length): void {
    for (let at = from; at < to && this.isRight;) {
      const start = (this.bytes + at - from) % this.#unit.length;
      const length = Math.min(this.#unit.length - start, to - at);
      this.isRight = this.#unit.compare(piece, at, at + length, start, start + length) === 0;
      at += length;
    }
    this.bytes += to - from;
  }

  /** What a server answers to an upload: how many bytes came, or that they were not the pattern. */
  get verdict(): string {
    return this.isRight ? `${this.bytes}` : 'not the pattern';
  }
}
