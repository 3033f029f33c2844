import {
  type ConnId,
  ERROR_OPERATION_ABORTED,
  type ExtensionControlBlock,
  HSE_IO_ASYNC,
  HSE_IO_NODELAY,
  HSE_IO_SYNC,
  type HseInputArguments,
  type HseOutput,
  type HseRequest,
  HSE_VERSION,
  IsapiError,
} from '@isapi-host/sdk';
import { translatePathInfo } from './protocol/index.ts';
import { serverVariable } from './server-variables.ts';
import type { Session } from './session.ts';
import { requireFlags } from './support/handler.ts';
import { callSupportFunction } from './support-function.ts';

/** Bytes of `logData` that are kept. ISAPI: HSE_LOG_BUFFER_LEN less its NUL. */
const LOG_DATA_BYTES = 79;

/** The control block an extension holds: the session's request, and the way back to the client. */
export class LiveControlBlock implements ExtensionControlBlock {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  get connId(): ConnId {
    return this.#session.connId;
  }

  get version(): number {
    return HSE_VERSION;
  }

  get method(): string {
    return this.#session.request.init.method;
  }

  get queryString(): string {
    return this.#session.request.queryString;
  }

  get pathInfo(): string {
    return this.#session.request.init.pathInfo;
  }

  get pathTranslated(): string {
    const { pathInfo, pathTranslated } = this.#session.request.init;
    return pathTranslated ?? translatePathInfo(this.#session.thread.settings.site, pathInfo);
  }

  get contentType(): string {
    return this.#session.request.header('Content-Type', 'literal') ?? '';
  }

  get totalBytes(): number | undefined {
    return this.#session.request.init.totalBytes;
  }

  get data(): Uint8Array {
    return this.#session.request.readAhead;
  }

  get httpStatusCode(): number {
    return this.#session.httpStatusCode;
  }

  set httpStatusCode(status: number) {
    this.#session.httpStatusCode =
      Number.isInteger(status) && status >= 0 && status <= 999 ? status : 0;
  }

  get logData(): string {
    return this.#session.logData;
  }

  set logData(text: string) {
    this.#session.logData = cutToBytes(text.replace(/[\r\n\0]+/g, ' '), LOG_DATA_BYTES);
  }

  get signal(): AbortSignal {
    return this.#session.signal;
  }

  getServerVariable(name: string): string {
    this.#session.assertOpen();
    return serverVariable(this.#session, name);
  }

  readClient(maxBytes: number): Promise<Uint8Array> {
    try {
      this.#session.assertOpen();
      checkSize(this.#session, maxBytes);
      this.#session.assertIdle();
      return quiet(this.#session.body.read(maxBytes));
    } catch (error) {
      return quiet(Promise.reject(error));
    }
  }

  readClientSync(maxBytes: number): Uint8Array {
    this.#session.assertOpen();
    checkSize(this.#session, maxBytes);
    this.#session.assertIdle();
    return this.#session.body.readSync(maxBytes);
  }

  writeClient(data: string | Uint8Array, flags?: number): Promise<number> {
    try {
      this.#session.assertOpen();
      checkData(this.#session, data);
      const startsOperation = flags !== undefined && isAsync(flags);
      this.#session.assertIdle();
      if (startsOperation) return Promise.resolve(this.#startWrite(data));
      const accepted = this.#session.output.write(data);
      if (typeof accepted === 'number') return Promise.resolve(accepted);
      return quiet(accepted);
    } catch (error) {
      return quiet(Promise.reject(error));
    }
  }

  writeClientSync(data: string | Uint8Array, flags?: number): number {
    this.#session.assertOpen();
    checkData(this.#session, data);
    const startsOperation = flags !== undefined && isAsync(flags);
    this.#session.assertIdle();
    if (startsOperation) return this.#startWrite(data);
    return this.#session.output.writeSync(data);
  }

  /** ISAPI: WriteClient with HSE_IO_ASYNC; the number it returns means nothing, the completion's does. */
  #startWrite(data: string | Uint8Array): number {
    const { io, writer, output } = this.#session;
    const operation = io.begin(undefined, () => {
      // Nothing can have been written behind it.
      if (writer.queued > 0) writer.cancelQueued();
    });
    try {
      const accepted = output.write(data);
      if (typeof accepted === 'number') operation.finish(accepted);
      else {
        accepted.then(
          (bytes) => operation.finish(bytes),
          () => operation.finish(0, ERROR_OPERATION_ABORTED),
        );
      }
      return typeof data === 'string' ? Buffer.byteLength(data) : data.length;
    } catch (error) {
      operation.drop();
      throw error;
    }
  }

  serverSupportFunction<Code extends HseRequest>(
    code: Code,
    ...[input]: HseInputArguments<Code>
  ): Promise<HseOutput<Code>> {
    try {
      this.#session.assertOpen();
      const output = callSupportFunction(this.#session, code, input, 'promise');
      if (output instanceof Promise) return quiet(output as Promise<HseOutput<Code>>);
      return Promise.resolve(output as HseOutput<Code>);
    } catch (error) {
      return quiet(Promise.reject(error));
    }
  }

  serverSupportFunctionSync<Code extends HseRequest>(
    code: Code,
    ...[input]: HseInputArguments<Code>
  ): HseOutput<Code> {
    this.#session.assertOpen();
    return callSupportFunction(this.#session, code, input, 'blocking') as HseOutput<Code>;
  }
}

/**
 * A rejection that nobody awaits ends nothing but its call: without this, one unawaited write to a client that
 * has left would end the thread.
 */
function quiet<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(ignore);
  return promise;
}

function ignore(): void {
  // The extension sees it where it awaits.
}

function checkSize(session: Session, maxBytes: number): void {
  if (!Number.isInteger(maxBytes) || maxBytes < 0) {
    misused(session, `expected a whole number of bytes, got ${String(maxBytes)}`);
  }
}

/** @throws IsapiError `ERROR_INVALID_PARAMETER` - flags that are not for writeClient */
function isAsync(flags: number): boolean {
  requireFlags(flags, HSE_IO_SYNC | HSE_IO_ASYNC | HSE_IO_NODELAY, HSE_IO_SYNC | HSE_IO_ASYNC);
  return (flags & HSE_IO_ASYNC) !== 0;
}

function checkData(session: Session, data: unknown): void {
  if (typeof data === 'string' || data instanceof Uint8Array) return;
  misused(session, `expected text or a Uint8Array, got ${typeof data}`);
}

function misused(session: Session, message: string): never {
  session.fault('ext.misuse', message);
  throw new IsapiError('ERROR_INVALID_PARAMETER', message);
}

function cutToBytes(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const bytes = Buffer.from(text).subarray(0, maxBytes);
  // A character cut in two decodes to U+FFFD; it goes.
  return bytes.toString('utf8').replace(/�+$/, '');
}
