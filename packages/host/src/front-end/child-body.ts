import { Readable } from 'node:stream';
import type { RequestBody } from '../control-block/request-body.ts';

/** The body of a child: bytes its parent gave, then what the parent has not taken of its own. */
export interface ChildBody {
  readonly stream: Readable;
  /** `undefined`: not announced. */
  readonly totalBytes: number | undefined;
}

/** Bytes asked of the parent's body at once. */
const STEP_BYTES = 64 * 1024;

/** Makes a child's body. Neither: the child has none. */
export function buildChildBody(
  entity: Uint8Array | undefined,
  rest: RequestBody | undefined,
): ChildBody | undefined {
  if (entity === undefined && rest === undefined) return undefined;
  const given = entity ?? new Uint8Array(0);
  const restBytes = rest === undefined ? 0 : rest.undeliveredBytes;
  const totalBytes = restBytes === undefined ? undefined : given.length + restBytes;
  return { stream: streamOf(given, rest), totalBytes };
}

function streamOf(given: Uint8Array, rest: RequestBody | undefined): Readable {
  const stream = new Readable({
    read() {
      rest?.allow(STEP_BYTES);
    },
  });
  if (given.length > 0) stream.push(given);
  if (rest === undefined) {
    stream.push(null);
    return stream;
  }
  rest.flowTo({
    take: (bytes, ended) => {
      // The bytes lie in memory of Node's parser.
      if (bytes.length > 0) stream.push(Buffer.from(bytes));
      if (ended) stream.push(null);
    },
    failed: (failure) => {
      stream.destroy(new Error(failure));
    },
  });
  return stream;
}
