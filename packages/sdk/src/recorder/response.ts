import { IsapiError } from '../errors.ts';
import type { HseRequest } from '../server-support.ts';
import type { HeaderLines } from '../sending.ts';
import { HSE_STATUS_ERROR, type FinalStatus } from '../status.ts';
import { parseHeader, parseStatus, type HeaderField } from './header-lines.ts';
import { decodeUtf8, encodeUtf8, joinBytes } from './platform.ts';

/**
 * What an extension has answered so far; final once `status` is there. It holds what the extension sent, so
 * neither `Date` nor other headers that only the host adds.
 *
 * ISAPI: none.
 */
export interface RecordedResponse {
  /** How the session ended; `undefined` while it goes on. */
  readonly status: FinalStatus | undefined;
  /** HTTP status that the client sees. */
  readonly statusCode: number;
  /** Reason phrase that the extension gave, or an empty text. */
  readonly statusText: string;
  /** Header fields by name in lower case; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Header fields as they were sent. */
  readonly headerFields: readonly HeaderField[];
  readonly body: Uint8Array;
  /** The body, decoded as UTF-8. */
  readonly text: string;
  /** What the last header call said of the connection; `undefined` when it could not. */
  readonly keepConn: boolean | undefined;
  /** The client cannot take the answer for whole: the connection is cut. */
  readonly isCut: boolean;
  /** The status for the log: `ecb.httpStatusCode`, or what was sent. */
  readonly httpStatusCode: number;
  /** `ecb.logData`, cut to 79 bytes. */
  readonly logData: string;
  /** The texts of `HSE_APPEND_LOG_PARAMETER`. */
  readonly logParameters: readonly string[];
  /** The URL of `HSE_REQ_SEND_URL_REDIRECT_RESP`. */
  readonly redirectedTo: string | undefined;
  /** The URL of `HSE_REQ_SEND_URL`. What it answers is not recorded. */
  readonly sentUrl: string | undefined;
  /** Every call of `serverSupportFunction`, in order. */
  readonly requests: readonly { readonly code: HseRequest; readonly input: unknown }[];
}

/** What the recorder has to know of the control block and the request when a response is looked at. */
interface ResponseContext {
  readonly method: string;
  readonly profile: 'modern' | 'classic';
  readonly logStatusCode: () => number;
  readonly logData: () => string;
}

interface Head {
  readonly code: number;
  readonly text: string;
  readonly fields: readonly HeaderField[];
}

const NO_HEAD: Head = { code: 200, text: '', fields: [] };

/** Gathers what a session sends. The host frames, so `Transfer-Encoding` and `Connection` are not kept. */
export class ResponseRecorder implements RecordedResponse {
  readonly requests: { code: HseRequest; input: unknown }[] = [];
  readonly logParameters: string[] = [];
  status: FinalStatus | undefined;
  keepConn: boolean | undefined;
  redirectedTo: string | undefined;
  sentUrl: string | undefined;
  isClientGone = false;
  readonly #context: ResponseContext;
  readonly #pieces: Uint8Array[] = [];
  #head: Head | undefined;
  #isComplete = false;

  constructor(context: ResponseContext) {
    this.#context = context;
  }

  /** @throws IsapiError `ERROR_INVALID_PARAMETER` - bad or second headers, or output came before them */
  sendHead(status: string | number | undefined, header: HeaderLines | undefined): void {
    const { fields, rest } = parseHeader(header);
    const head = { ...parseStatus(status), fields };
    this.requireOpen();
    if (this.#head !== undefined || this.#pieces.length > 0) {
      throw new IsapiError('ERROR_INVALID_PARAMETER', 'the headers are already sent');
    }
    this.#head = head;
    this.write(encodeUtf8(rest));
  }

  /** @throws IsapiError `ERROR_INVALID_PARAMETER` - the last output was sent already */
  write(bytes: Uint8Array): void {
    this.requireOpen();
    if (bytes.length > 0) this.#pieces.push(bytes);
  }

  /** Nothing may be sent from now on. */
  complete(): void {
    this.#isComplete = true;
  }

  /** @throws IsapiError `ERROR_INVALID_PARAMETER` - the last output was sent already */
  requireOpen(): void {
    if (!this.#isComplete) return;
    throw new IsapiError('ERROR_INVALID_PARAMETER', 'the last output is already sent');
  }

  get statusCode(): number {
    if (this.#hasOutput) return this.#parts.head.code;
    if (this.status === HSE_STATUS_ERROR) return 500;
    return this.#context.logStatusCode() || 200;
  }

  get statusText(): string {
    return this.#parts.head.text;
  }

  get headerFields(): readonly HeaderField[] {
    const { fields } = this.#parts.head;
    if (this.#context.profile === 'classic') return fields;
    return fields.filter(([name]) => !/^(?:transfer-encoding|connection)$/i.test(name));
  }

  get headers(): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {};
    for (const [name, value] of this.headerFields) {
      const key = name.toLowerCase();
      headers[key] = headers[key] === undefined ? value : `${headers[key]}, ${value}`;
    }
    return headers;
  }

  get body(): Uint8Array {
    if (this.#isBodiless) return new Uint8Array();
    return this.#parts.body.subarray(0, this.#announcedLength);
  }

  get text(): string {
    return decodeUtf8(this.body);
  }

  get isCut(): boolean {
    if (this.isClientGone) return true;
    if (this.status === undefined) return false;
    if (this.status === HSE_STATUS_ERROR) return this.#hasOutput;
    return !this.#isBodiless && this.body.length < (this.#announcedLength ?? 0);
  }

  get httpStatusCode(): number {
    return this.#context.logStatusCode() || this.statusCode;
  }

  get logData(): string {
    return this.#context.logData();
  }

  get #hasOutput(): boolean {
    return this.#head !== undefined || this.#pieces.length > 0;
  }

  get #isBodiless(): boolean {
    return this.#context.method === 'HEAD' || [204, 304].includes(this.statusCode);
  }

  get #announcedLength(): number | undefined {
    const length = this.headers['content-length'];
    return length === undefined || !/^\d+$/.test(length) ? undefined : Number(length);
  }

  /** Head and body; in the classic profile a head may have come raw, as the first bytes. */
  get #parts(): { head: Head; body: Uint8Array } {
    const bytes = joinBytes(this.#pieces);
    if (this.#head !== undefined) return { head: this.#head, body: bytes };
    if (this.#context.profile !== 'classic') return { head: NO_HEAD, body: bytes };

    const latin1 = Array.from(bytes, (byte) => String.fromCodePoint(byte)).join('');
    const raw = /^HTTP\/1\.\d (.*)\r?\n(?:.+\r?\n)*?\r?\n/.exec(latin1);
    if (raw === null) return { head: NO_HEAD, body: bytes };
    const lines = raw[0].slice(raw[0].indexOf('\n') + 1);
    const head = { ...parseStatus(raw[1]?.trim()), fields: parseHeader(lines).fields };
    return { head, body: bytes.subarray(raw[0].length) };
  }
}
