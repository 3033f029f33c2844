import { Writable } from 'node:stream';

/** Lines a stream may give within WINDOW_MS; the rest is dropped and counted. */
const MAX_LINES = 200;
const WINDOW_MS = 1000;
/** Characters of a line that are kept. */
const MAX_LINE = 4096;

/** What becomes of output. */
export interface LineSink {
  line(text: string): void;
  /** So many lines were dropped since this was called last. */
  dropped(lines: number): void;
}

/** A stream whose lines go to the log of the host. It takes everything at once and keeps nothing but a part of a line. */
export function createLineStream(sink: LineSink): Writable {
  const lines = new OutputLines(sink);
  return new Writable({
    decodeStrings: false,
    write: (data: string | Uint8Array, _encoding, done) => {
      lines.take(typeof data === 'string' ? data : Buffer.from(data).toString());
      done();
    },
  });
}

class OutputLines {
  readonly #sink: LineSink;
  #part = '';
  #since = 0;
  #given = 0;
  #dropped = 0;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  take(text: string): void {
    let at = 0;
    for (let feed = text.indexOf('\n'); feed !== -1; feed = text.indexOf('\n', at)) {
      this.#give(this.#part + text.slice(at, Math.min(feed, at + MAX_LINE)));
      this.#part = '';
      at = feed + 1;
    }
    this.#part = (this.#part + text.slice(at, at + MAX_LINE)).slice(0, MAX_LINE);
  }

  #give(line: string): void {
    const now = performance.now();
    if (now - this.#since >= WINDOW_MS) {
      this.#since = now;
      this.#given = 0;
      if (this.#dropped > 0) this.#sink.dropped(this.#dropped);
      this.#dropped = 0;
    }
    this.#given += 1;
    if (this.#given <= MAX_LINES) this.#sink.line(line.slice(0, MAX_LINE));
    // The first is told at once; the others with the next window.
    else if (this.#given === MAX_LINES + 1) this.#sink.dropped(1);
    else this.#dropped += 1;
  }
}
