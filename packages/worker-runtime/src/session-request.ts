import {
  decodeControlBlock,
  type ControlBlockInit,
  type ControlBlockParts,
  readTls,
  type Slab,
  type TlsPart,
} from './protocol/index.ts';

/** One request as it lies in its slot. Headers and body are read out when somebody asks for them. */
export class SessionRequest {
  readonly init: ControlBlockInit;
  /** First byte behind the request in the slab. */
  readonly end: number;
  readonly #slab: Slab;
  readonly #parts: ControlBlockParts;
  /** The slot is somebody else's: what was not read out before is empty. */
  #isDetached = false;
  #headerBlock: string | undefined;
  #readAhead: Uint8Array | undefined;
  #tls: TlsPart | 'none' | undefined;

  constructor(slab: Slab, slot: number) {
    this.#slab = slab;
    this.#parts = decodeControlBlock(slab, slot);
    this.init = this.#parts.init;
    this.end = this.#parts.end;
  }

  /** The headers as received, `Name: value` lines ended by CR LF. */
  get headerBlock(): string {
    this.#headerBlock ??= this.#isDetached ? '' : this.#readHeaderBlock();
    return this.#headerBlock;
  }

  /** The read-ahead in memory of this thread's own. */
  get readAhead(): Uint8Array {
    this.#readAhead ??= this.#isDetached ? new Uint8Array(0) : this.#readReadAhead();
    return this.#readAhead;
  }

  /** What TLS makes known of the connection; `undefined`: there is no TLS. */
  get tls(): TlsPart | undefined {
    this.#tls ??= (this.#isDetached ? undefined : readTls(this.#slab, this.#parts)) ?? 'none';
    return this.#tls === 'none' ? undefined : this.#tls;
  }

  get queryString(): string {
    const { url } = this.init;
    const mark = url.indexOf('?');
    return mark === -1 ? '' : url.slice(mark + 1);
  }

  /** Before the slot is given back. */
  detach(): void {
    this.#isDetached = true;
  }

  #readHeaderBlock(): string {
    return this.#slab.bytes.latin1Slice(this.#parts.headersAt, this.#parts.bodyAt);
  }

  #readReadAhead(): Uint8Array {
    return new Uint8Array(this.#slab.read(this.#parts.bodyAt, this.#parts.end).buffer);
  }

  /**
   * The value of a header; repeated ones joined.
   *
   * @param name - compared without case
   * @param match - `cgi`: `_` and `-` are the same, as in `HTTP_USER_AGENT`; `literal`: they differ
   */
  header(name: string, match: 'cgi' | 'literal', from = 0): string | undefined {
    const block = this.headerBlock;
    const length = name.length - from;
    let found: string | undefined;
    let twin: string | undefined;
    for (let line = 0; line < block.length;) {
      const end = block.indexOf('\r\n', line);
      if (
        block.charCodeAt(line + length) === COLON &&
        isSameName(block, line, name, from, match === 'cgi')
      ) {
        const value = block.slice(line + length + 2, end);
        const isTwin = match === 'cgi' && block.slice(line, line + length).includes('_');
        const comma = length === 6 && isSameName('cookie', 0, name, from, true) ? '; ' : ', ';
        if (isTwin) twin = twin === undefined ? value : twin + comma + value;
        else found = found === undefined ? value : found + comma + value;
      }
      line = end + 2;
    }
    // A client that names a header with `_` does not get it between those of proxies, which name theirs with `-`.
    return found ?? twin;
  }
}

const COLON = 58;
const UNDERSCORE = 95;
const DASH = 45;

/** Compares `name` from `from` on with the text at `start`; A-Z as a-z and, when folding, `_` as `-`. */
function isSameName(
  text: string,
  start: number,
  name: string,
  from: number,
  fold: boolean,
): boolean {
  for (let i = from; i < name.length; i += 1) {
    const a = text.charCodeAt(start + i - from);
    const b = name.charCodeAt(i);
    if (a !== b && lower(a, fold) !== lower(b, fold)) return false;
  }
  return true;
}

function lower(code: number, fold: boolean): number {
  if (code >= 65 && code <= 90) return code + 32;
  return fold && code === UNDERSCORE ? DASH : code;
}
