import type { FastifyInstance, FastifyRequest, InjectOptions } from 'fastify';
import { HostError, type HostErrorCode, hostErrors } from '../observe/host-error.ts';
import type { OperatorAnswer } from '../supervisor/messages.ts';
import type { AdminHost } from './admin-host.ts';
import { mergeAnswers } from './merge-answers.ts';
import { mergeMetrics } from './merge-metrics.ts';

/** Header of a request that another process passes on: it is answered for this process alone. */
const PASSED_ON = 'isapi-passed-on';

/*
 * Several host processes share the admin port, and an operator's connection is with whichever accepts it. That one
 * answers for all: it does what is asked, has the supervisor pass the request on to the others, and puts their answers
 * to its own.
 */
export class OtherProcesses {
  readonly #host: AdminHost;

  constructor(host: AdminHost) {
    this.#host = host;
  }

  /** Answers what other processes pass on. */
  listen(server: FastifyInstance): void {
    const { token } = this.#host.config.admin;
    const headers = { [PASSED_ON]: '1', authorization: `Bearer ${token}` };
    this.#host.supervisor?.onAsked(async ({ method, url, body }) => {
      const request = { method, url, headers, ...(body === undefined ? {} : { payload: body }) };
      const { statusCode, body: text } = await server.inject(request as InjectOptions);
      return { statusCode, body: text };
    });
  }

  /**
   * Puts the answers of the others to an answer of this process.
   *
   * @throws (rejects) HostError - one of them could not do what this one did
   */
  async join(request: FastifyRequest, own: unknown): Promise<unknown> {
    let merged = own;
    for (const { statusCode, body } of await this.#ask(request)) {
      const other: unknown = JSON.parse(body);
      if (statusCode >= 400) throw errorOf(other);
      merged = mergeAnswers(merged, other);
    }
    return merged;
  }

  /** Puts the metrics of the others to those of this process. */
  async joinMetrics(request: FastifyRequest, own: string): Promise<string> {
    if (this.#answersFor(request) === 'itself') return own;
    const seat = this.#host.supervisor?.seat ?? 0;
    const others = await this.#ask(request);
    const texts = others.map((answer) => ({ seat: answer.seat, text: answer.body }));
    return mergeMetrics([{ seat, text: own }, ...texts]);
  }

  async #ask(request: FastifyRequest): Promise<readonly OperatorAnswer[]> {
    const { supervisor } = this.#host;
    if (supervisor === undefined || this.#answersFor(request) === 'itself') return [];
    const { method, url, body } = request;
    const hasBody = typeof body === 'object' && body !== null;
    return supervisor.askOthers(hasBody ? { method, url, body } : { method, url });
  }

  #answersFor({ headers }: FastifyRequest): 'all' | 'itself' {
    const { supervisor, config } = this.#host;
    const isAlone = supervisor === undefined || config.processes === 1;
    return isAlone || PASSED_ON in headers ? 'itself' : 'all';
  }
}

function errorOf(body: unknown): HostError {
  const { code, message } = body as { readonly code: HostErrorCode; readonly message: string };
  const known = Object.hasOwn(hostErrors, code) ? code : 'ISAPI_ERR_ADMIN_FAILED';
  return new HostError(known, `another host process: ${message}`);
}
