import { write } from 'node:fs';
import { type DestinationStream, destination } from 'pino';

/** Lines that may wait for a reader that does not read, or a disk that is full; more are dropped. */
const MAX_WAITING_BYTES = 1_048_576;
/** Dropped lines are told of at most this often, ms. */
const TELL_MS = 60_000;

const STDERR = 2;

/** Standard output, for lines that nobody must wait for. What cannot be written is dropped, and that is told. */
export function openLogOutput(): DestinationStream {
  const lines = { minLength: 4096, maxLength: MAX_WAITING_BYTES, periodicFlush: 200 };
  const out = destination({ dest: 1, sync: false, ...lines });
  // On a full disk `flushSync`, which runs when the process ends, would try again for ever.
  const flushSync = out.flushSync.bind(out);
  out.on('error', () => {
    out.flushSync = ignore;
  });
  out.on('write', () => {
    out.flushSync = flushSync;
  });
  out.on('drop', tellDrops());
  return out;
}

/** @returns what is called for each line that is dropped */
function tellDrops(): () => void {
  let dropped = 0;
  let tellAt = 0;
  return () => {
    dropped += 1;
    const now = performance.now();
    if (now < tellAt) return;
    // Not again before this one is written: nobody may read it either.
    tellAt = Infinity;
    const text = `isapi: the log cannot be written, lines dropped so far: ${dropped} (log.drop)\n`;
    write(STDERR, text, () => {
      tellAt = now + TELL_MS;
    });
  };
}

function ignore(): void {
  // The lines are lost.
}
