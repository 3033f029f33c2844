import { PatternCheck } from '../pattern.ts';
import { answerHeaders, type ExpectedAnswer } from '../workloads.ts';

const HEAD_END = Buffer.from('\r\n\r\n');
const DATE = '\r\ndate: ';
const DATE_BYTES = 29; // RFC 9110 section 5.6.7: an HTTP date is always this long
const MAX_HEAD_BYTES = 16_384;

/*
 * Reads the answers of one connection and holds every byte of them against what they have to be.
 *
 *   head -> sized            [Content-Length]
 *   head -> chunkSize        [Transfer-Encoding: chunked]
 *   chunkSize -> chunk       [a size]      chunk -> chunkSize   [the chunk and its CRLF are over]
 *   chunkSize -> head        [the last chunk: the answer is complete]
 *   sized -> head            [all bytes are there: the answer is complete]
 *
 * An answer that came in one piece is kept. The next one that is the same, but for its date, needs two comparisons.
 */
type State = 'head' | 'sized' | 'chunkSize' | 'chunk';

export class AnswerReader {
  readonly #expected: ExpectedAnswer;
  #state: State = 'head';
  #held: Buffer = Buffer.alloc(0);
  #body: PatternCheck;
  /** Bytes of the chunk, with its CRLF, still to come. */
  #left = 0;
  #known: Buffer = Buffer.alloc(0);
  /** Where the date of the known answer stands; -1: it has none. */
  #dateAt = -1;

  constructor(expected: ExpectedAnswer) {
    this.#expected = expected;
    this.#body = new PatternCheck(expected.unit);
  }

  /** True between answers. */
  get isIdle(): boolean {
    return this.#state === 'head' && this.#held.length === 0;
  }

  /**
   * Takes the next bytes; they may be overwritten afterwards.
   *
   * @returns true when they end an answer
   * @throws Error - what is wrong with the answer
   */
  push(bytes: Buffer): boolean {
    if (this.isIdle && this.#isKnown(bytes)) return true;
    const isDone = this.#take(this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]));
    if (isDone && this.#known.length === 0) this.#learn(bytes);
    return isDone;
  }

  #isKnown(bytes: Buffer): boolean {
    const known = this.#known;
    if (bytes.length !== known.length || known.length === 0) return false;
    if (this.#dateAt < 0) return known.equals(bytes);
    const after = this.#dateAt + DATE_BYTES;
    return (
      known.compare(bytes, 0, this.#dateAt, 0, this.#dateAt) === 0 &&
      known.compare(bytes, after, bytes.length, after) === 0
    );
  }

  #learn(bytes: Buffer): void {
    const end = bytes.indexOf(HEAD_END);
    const date = bytes.subarray(0, Math.max(end, 0)).toString('latin1').toLowerCase().indexOf(DATE);
    if (end < 0 || !bytes.subarray(0, 5).equals(Buffer.from('HTTP/'))) return;
    this.#known = Buffer.from(bytes);
    this.#dateAt = date < 0 ? -1 : date + DATE.length;
  }

  #take(bytes: Buffer): boolean {
    let at = 0;
    this.#held = Buffer.alloc(0);
    for (;;) {
      const before = this.#state;
      const used = this.#step(bytes.subarray(at));
      at += used;
      if (this.#state === 'head' && before !== 'head') break;
      if (used > 0 || this.#state !== before) continue;
      if (before === 'head' || before === 'chunkSize') this.#held = Buffer.from(bytes.subarray(at));
      return false;
    }
    if (at < bytes.length) throw new Error(`${bytes.length - at} bytes too many behind the answer`);
    return true;
  }

  /** Takes what it can in the present state. @returns bytes taken */
  #step(bytes: Buffer): number {
    if (this.#state === 'head') return this.#takeHead(bytes);
    if (this.#state === 'sized') return this.#takeSized(bytes);
    if (this.#state === 'chunkSize') return this.#takeChunkSize(bytes);
    return this.#takeChunk(bytes);
  }

  #takeSized(bytes: Buffer): number {
    const used = Math.min(bytes.length, this.#expected.bytes - this.#body.bytes);
    this.#takeBody(bytes, used);
    if (this.#body.bytes === this.#expected.bytes) this.#state = 'head';
    return used;
  }

  #takeChunk(bytes: Buffer): number {
    const used = Math.min(bytes.length, this.#left);
    this.#takeBody(bytes, Math.max(0, Math.min(used, this.#left - 2)));
    this.#left -= used;
    if (this.#left === 0) this.#state = 'chunkSize';
    return used;
  }

  #takeBody(bytes: Buffer, count: number): void {
    this.#body.push(bytes, 0, count);
    if (!this.#body.isRight) throw new Error(`wrong body before byte ${this.#body.bytes}`);
    if (this.#body.bytes > this.#expected.bytes) throw new Error('the body is too long');
  }

  #takeHead(bytes: Buffer): number {
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) {
      if (bytes.length > MAX_HEAD_BYTES) throw new Error('the head has no end');
      return 0;
    }
    this.#body = new PatternCheck(this.#expected.unit);
    this.#state = framingOf(bytes.toString('latin1', 0, end), this.#expected);
    return end + HEAD_END.length;
  }

  #takeChunkSize(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n');
    if (end < 0) return 0;
    const size = Number.parseInt(bytes.toString('latin1', 0, end), 16);
    if (Number.isNaN(size)) throw new Error('a chunk has no size');
    if (size > 0) {
      this.#left = size + 2;
      this.#state = 'chunk';
      return end + 2;
    }
    if (bytes.length < end + 4) return 0;
    if (this.#body.bytes !== this.#expected.bytes) {
      throw new Error(`${this.#body.bytes} bytes of body, not ${this.#expected.bytes}`);
    }
    this.#state = 'head';
    return end + 4;
  }
}

/** Holds an answer's head against what it has to be. */
function framingOf(
  head: string,
  { bytes, headers: expected = answerHeaders }: ExpectedAnswer,
): State {
  const [statusLine = '', ...lines] = head.split('\r\n');
  if (!statusLine.startsWith('HTTP/1.1 200 ')) throw new Error(`status line "${statusLine}"`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  for (const [name, value] of Object.entries(expected)) {
    if (headers.get(name) !== value) {
      throw new Error(`header ${name} is "${headers.get(name) ?? ''}", not "${value}"`);
    }
  }
  if (headers.get('connection') === 'close') throw new Error('the connection is not kept');
  if (headers.get('transfer-encoding') === 'chunked') return 'chunkSize';
  if (headers.get('content-length') !== `${bytes}`) {
    throw new Error(`Content-Length "${headers.get('content-length') ?? ''}", not ${bytes}`);
  }
  return 'sized';
}
