import type { ServerHttp2Stream } from 'node:http2';

const CUT = new Error('the answer was cut');

/**
 * Ends a stream with INTERNAL_ERROR. Not by `close` with a code: that ends the stream first, and what the client has
 * then looks complete (Node 20 to 26).
 */
export function cutStream(stream: ServerHttp2Stream): void {
  stream.destroy(CUT);
}

/** Whether a stream that has closed did so before its answer was out, and not by the host's own doing. */
export function wasReset(stream: ServerHttp2Stream): boolean {
  return (stream.aborted || !stream.writableFinished) && stream.errored !== CUT;
}
