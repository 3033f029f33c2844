import type { ConnId, ExtensionControlBlock, SessionSignal } from '../control-block.ts';
import { IsapiError } from '../errors.ts';
import { HSE_IO_SYNC } from '../io.ts';
import { HSE_REQ_EXEC_UNICODE_URL, HSE_REQ_EXEC_URL } from '../server-support.ts';
import type { HseInput, HseInputArguments, HseOutput, HseRequest } from '../server-support.ts';
import type { ServerVariableName } from '../server-variables.ts';
import { HSE_VERSION } from '../version.ts';
import { recorderAnswers } from './answers.ts';
import type { RecordedRequest } from './request.ts';
import { buildServerVariables } from './server-variables.ts';
import { Session } from './session.ts';

/** A control block without a host: it answers by itself, and its session records what was sent. */
export class RecordedControlBlock implements ExtensionControlBlock {
  readonly connId: ConnId = 1 as ConnId;
  readonly version: number = HSE_VERSION;
  readonly method: string;
  readonly queryString: string;
  readonly pathInfo: string;
  readonly pathTranslated: string;
  readonly contentType: string;
  readonly totalBytes: number | undefined;
  readonly data: Uint8Array;
  readonly signal: SessionSignal;
  readonly #session: Session;
  readonly #variable: (name: string) => string;

  constructor(options: RecordedRequest) {
    this.#session = new Session(options, this);
    const { request, controller } = this.#session;
    this.#variable = buildServerVariables(request, options.variables ?? {});
    this.method = request.method;
    this.queryString = request.queryString;
    this.pathInfo = request.pathInfo;
    this.pathTranslated = request.pathTranslated;
    this.contentType = this.#variable('CONTENT_TYPE');
    this.totalBytes = request.totalBytes;
    this.data = request.body.slice(0, request.readAheadBytes);
    this.signal = controller.signal;
  }

  /** The session behind a control block, for the recorder. */
  static sessionOf(ecb: RecordedControlBlock): Session {
    return ecb.#session;
  }

  get httpStatusCode(): number {
    return this.#session.httpStatusCode;
  }

  set httpStatusCode(status: number) {
    this.#session.httpStatusCode = status;
  }

  get logData(): string {
    return this.#session.logData;
  }

  set logData(text: string) {
    this.#session.logData = text;
  }

  getServerVariable(name: ServerVariableName): string {
    this.#session.requireAlive();
    return this.#variable(name);
  }

  async readClient(maxBytes: number): Promise<Uint8Array> {
    return this.readClientSync(maxBytes);
  }

  readClientSync(maxBytes: number): Uint8Array {
    return this.#session.read(maxBytes);
  }

  async writeClient(data: string | Uint8Array, flags?: number): Promise<number> {
    return this.writeClientSync(data, flags);
  }

  writeClientSync(data: string | Uint8Array, flags: number = HSE_IO_SYNC): number {
    return this.#session.write(data, flags);
  }

  async serverSupportFunction<Code extends HseRequest>(
    code: Code,
    ...input: HseInputArguments<Code>
  ): Promise<HseOutput<Code>> {
    return this.#request(code, input[0]);
  }

  serverSupportFunctionSync<Code extends HseRequest>(
    code: Code,
    ...input: HseInputArguments<Code>
  ): HseOutput<Code> {
    const isExec = code === HSE_REQ_EXEC_URL || code === HSE_REQ_EXEC_UNICODE_URL;
    if (isExec && !this.#session.hasCompletion) {
      throw new IsapiError('ERROR_INVALID_PARAMETER', 'no completion is registered');
    }
    return this.#request(code, input[0]);
  }

  #request<Code extends HseRequest>(code: Code, input: HseInput<Code>): HseOutput<Code> {
    this.#session.requireAlive();
    if (!Object.hasOwn(recorderAnswers, code)) {
      throw new IsapiError('ERROR_INVALID_PARAMETER', `no request has the code ${String(code)}`);
    }
    this.#session.response.requests.push({ code, input });
    const own = this.#session.options.answers?.[code];
    if (own !== undefined) return own(input, this);
    return recorderAnswers[code](this.#session, input);
  }
}
