import {
  type ConnId,
  type ExtensionControlBlock,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_PENDING,
  type HseInputArguments,
  type HseOutput,
  type HseRequest,
  type HseSendHeaderExInfo,
} from '@isapi-host/sdk';
import type { ToHost } from './protocol/index.ts';

/** What the checks need of a session. */
export interface StrictSession {
  readonly connId: ConnId;
  readonly request: { readonly init: { readonly extension: string; readonly requestId: string } };
  post(message: ToHost): void;
}

/**
 * A control block that warns of what IIS would refuse, hang on or crash at, once a session for each rule: calls that
 * are refused, `keepConn: true` on an answer without an end, a body where there may be none, more body than was
 * announced, and a return that HSE_REQ_DONE_WITH_SESSION does not go with. The calls themselves do what they always do.
 */
export class StrictControlBlock implements ExtensionControlBlock {
  readonly #inner: ExtensionControlBlock;
  readonly #session: StrictSession;
  readonly #warned = new Set<string>();
  #isDone = false;
  /** Body bytes that are left to write; `undefined`: nobody knows. */
  #bytesLeft: number | undefined;
  #mayHaveBody: boolean;

  constructor(inner: ExtensionControlBlock, session: StrictSession) {
    this.#inner = inner;
    this.#session = session;
    this.#mayHaveBody = inner.method !== 'HEAD';
  }

  get connId(): ConnId {
    return this.#inner.connId;
  }
  get version(): number {
    return this.#inner.version;
  }
  get method(): string {
    return this.#inner.method;
  }
  get queryString(): string {
    return this.#inner.queryString;
  }
  get pathInfo(): string {
    return this.#inner.pathInfo;
  }
  get pathTranslated(): string {
    return this.#inner.pathTranslated;
  }
  get contentType(): string {
    return this.#inner.contentType;
  }
  get totalBytes(): number | undefined {
    return this.#inner.totalBytes;
  }
  get data(): Uint8Array {
    return this.#inner.data;
  }
  get httpStatusCode(): number {
    return this.#inner.httpStatusCode;
  }
  set httpStatusCode(status: number) {
    this.#inner.httpStatusCode = status;
  }
  get logData(): string {
    return this.#inner.logData;
  }
  set logData(text: string) {
    this.#inner.logData = text;
  }
  get signal(): AbortSignal {
    return this.#inner.signal;
  }

  getServerVariable(name: string): string {
    return this.#watch('getServerVariable', () => this.#inner.getServerVariable(name));
  }

  readClient(maxBytes: number): Promise<Uint8Array> {
    return this.#watch('readClient', () => this.#inner.readClient(maxBytes));
  }

  readClientSync(maxBytes: number): Uint8Array {
    return this.#watch('readClient', () => this.#inner.readClientSync(maxBytes));
  }

  writeClient(data: string | Uint8Array, flags?: number): Promise<number> {
    this.#noteBody(data);
    return this.#watch('writeClient', () => this.#inner.writeClient(data, flags));
  }

  writeClientSync(data: string | Uint8Array, flags?: number): number {
    this.#noteBody(data);
    return this.#watch('writeClient', () => this.#inner.writeClientSync(data, flags));
  }

  serverSupportFunction<Code extends HseRequest>(
    code: Code,
    ...input: HseInputArguments<Code>
  ): Promise<HseOutput<Code>> {
    this.#noteRequest(code, input[0]);
    return this.#watch(`serverSupportFunction ${String(code)}`, () =>
      this.#inner.serverSupportFunction(code, ...input),
    );
  }

  serverSupportFunctionSync<Code extends HseRequest>(
    code: Code,
    ...input: HseInputArguments<Code>
  ): HseOutput<Code> {
    this.#noteRequest(code, input[0]);
    return this.#watch(`serverSupportFunction ${String(code)}`, () =>
      this.#inner.serverSupportFunctionSync(code, ...input),
    );
  }

  /** The proc returned this. */
  returned(status: unknown, isIoUnderWay: boolean): void {
    if (this.#isDone && status !== HSE_STATUS_PENDING) {
      this.#warn('return', 'a session that did its DONE_WITH_SESSION returns HSE_STATUS_PENDING');
    }
    if (isIoUnderWay && status !== HSE_STATUS_PENDING) {
      this.#warn('return', 'an asynchronous operation is under way: return HSE_STATUS_PENDING');
    }
  }

  #watch<Result>(call: string, run: () => Result): Result {
    try {
      const result = run();
      if (result instanceof Promise) result.catch((error: unknown) => this.#refused(call, error));
      return result;
    } catch (error) {
      this.#refused(call, error);
      throw error;
    }
  }

  /** Absent headers and clients that left are no mistake of the extension. */
  #refused(call: string, error: unknown): void {
    const { code, message } = error as { code?: string; message?: string };
    if (code === 'ERROR_INVALID_PARAMETER' || code === 'ERROR_IO_PENDING') {
      this.#warn(call, `${code}: ${message ?? ''}`);
    }
  }

  #noteRequest(code: HseRequest, input: unknown): void {
    if (code === HSE_REQ_DONE_WITH_SESSION) this.#isDone = true;
    if (code !== HSE_REQ_SEND_RESPONSE_HEADER_EX || typeof input !== 'object' || input === null) {
      return;
    }
    const { status = 200, header, keepConn } = input as HseSendHeaderExInfo;
    if (/\b(?:204|304)\b/.test(String(status))) this.#mayHaveBody = false;
    const length = fieldOf(header, 'content-length');
    this.#bytesLeft = length === undefined ? undefined : Number(length);
    const isFramed = length !== undefined || fieldOf(header, 'transfer-encoding') !== undefined;
    if (keepConn && !isFramed && this.#mayHaveBody) {
      this.#warn(
        'keepConn',
        'keepConn is true and the answer has neither Content-Length nor chunks: clients of IIS 6 hang',
      );
    }
  }

  #noteBody(data: unknown): void {
    const bytes =
      typeof data === 'string' || data instanceof Uint8Array ? Buffer.byteLength(data) : 0;
    if (bytes === 0) return;
    if (!this.#mayHaveBody) this.#warn('body', 'an answer to HEAD, 204 and 304 have no body');
    if (this.#bytesLeft === undefined) return;
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0) this.#warn('length', 'more is written than Content-Length says');
  }

  #warn(rule: string, text: string): void {
    if (this.#warned.has(rule)) return;
    this.#warned.add(rule);
    const { connId, request } = this.#session;
    const { extension, requestId } = request.init;
    const fields = { extension, reqId: requestId, connId, rule, text };
    this.#session.post({ op: 'log', level: 'warn', message: 'isapi rule broken', fields });
  }
}

/** The value of a header that an extension sends, in whatever form it gives its headers. */
function fieldOf(header: HseSendHeaderExInfo['header'], name: string): string | undefined {
  if (header === undefined || header === null) return undefined;
  if (typeof header === 'string') {
    return new RegExp(`^${name}:[ \\t]*([^\\r\\n]*)`, 'im').exec(header)?.[1];
  }
  const pairs: readonly (readonly [string, unknown])[] = Array.isArray(header)
    ? (header as readonly (readonly [string, string])[])
    : Object.entries(header);
  const value = pairs.find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}
