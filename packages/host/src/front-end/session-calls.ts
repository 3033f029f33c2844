import type { CustomErrorCall, ExecCall } from '@isapi-host/worker-runtime/protocol';
import type { CallHost, JobOutput, Started } from '../callbacks/call-host.ts';
import type { OperationEnd } from '../callbacks/operation.ts';
import type { Logger } from '../observe/logger.ts';
import type { Exchange, ExchangeContext } from './exchange.ts';
import type { SessionOutput } from './session-output.ts';

/** What the request codes of one session do to the host. Made at the first that needs the host. */
export class SessionCalls implements CallHost {
  readonly logger: Logger;
  readonly #exchange: Exchange;
  readonly #context: ExchangeContext;
  readonly #output: SessionOutput;

  constructor(exchange: Exchange, context: ExchangeContext, output: SessionOutput) {
    this.logger = context.logger;
    this.#exchange = exchange;
    this.#context = context;
    this.#output = output;
  }

  runJob(
    job: (output: JobOutput, started: Started) => Promise<OperationEnd>,
    replyAt: 'start' | 'end',
  ): Promise<unknown> {
    return this.#output.run(job, replyAt);
  }

  async execUrl(call: ExecCall, started: Started): Promise<OperationEnd> {
    const value = await this.#context.children.run(this.#exchange, call, started);
    return { bytes: 0, value };
  }

  async sendErrorPage(call: CustomErrorCall, started: Started): Promise<boolean> {
    return this.#context.errorPages.sendFor(this.#exchange, call, started);
  }

  stopBody(): void {
    this.#exchange.stopBody();
  }

  cancelJob(): void {
    this.#output.cancel();
    this.#exchange.child?.cancelled();
  }

  closeConnection(): void {
    this.#exchange.responder.abort();
  }

  resetAtEnd(): void {
    this.#exchange.responder.resetAtEnd();
  }

  reportUnhealthy(reason: string): void {
    this.#exchange.replaceThread(reason);
  }

  isListed(module: string): boolean {
    return this.#context.isListed(module);
  }

  configCopy(): Readonly<Record<string, unknown>> {
    return this.#context.configCopy();
  }

  poolCopy(): Readonly<Record<string, unknown>> {
    return this.#context.poolCopy(this.#exchange.of.resolution.extension.pool);
  }
}
