import { once } from 'node:events';
import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { type DestinationStream, destination, type Logger } from 'pino';
import { configError, shown } from '../config/problem-text.ts';

/** What may wait for a disk that does not take it; lines beyond are lost, bytes. */
const MAX_WAITING = 1024 * 1024;

type Stream = ReturnType<typeof destination>;

/** A file that lines are appended to, in blocks. A disk that is full costs lines, not the host. */
export class LogFile implements DestinationStream {
  readonly #path: string;
  readonly #logger: Logger;
  #stream: Stream;
  #isErrorTold = false;
  #isClosed = false;

  /** @throws HostError `ISAPI_ERR_CONFIG` - it cannot be opened */
  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
    this.#stream = this.#begin();
  }

  /** Lines of requests that the close of the host cut off come too late. */
  write(lines: string): void {
    if (!this.#isClosed) this.#stream.write(lines);
  }

  /**
   * Begins a new file. What was written before goes to the old one.
   *
   * @throws HostError `ISAPI_ERR_CONFIG` - it cannot be opened; the old one is written on
   */
  reopen(): void {
    if (this.#isClosed) return;
    const before = this.#stream;
    this.#stream = this.#begin();
    before.end();
  }

  /** Settles when all is written, or cannot be. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = once(this.#stream, 'close');
    this.#stream.end();
    await closed.catch(() => undefined); // the error is told
  }

  #begin(): Stream {
    const stream = destination({
      // Opened here: of a file that it could not open itself, the stream throws at its next flush.
      dest: open(this.#path),
      sync: false,
      minLength: 4096,
      maxLength: MAX_WAITING,
      periodicFlush: 200,
    });
    stream.on('error', (error: Error) => {
      if (!this.#isErrorTold) {
        this.#logger.error({ path: this.#path, err: error }, 'access log not written');
      }
      this.#isErrorTold = true;
    });
    return stream;
  }
}

function open(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'a');
  } catch (error) {
    throw configError([`log.accessFile is ${shown(path)}; it cannot be opened: ${String(error)}`], {
      cause: error,
    });
  }
}
