import {
  ERROR_ACCESS_DENIED,
  HSE_EXEC_URL_DISABLE_CUSTOM_ERROR,
  HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR,
  HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE,
  HSE_EXEC_URL_SSI_CMD,
  IsapiError,
} from '@isapi-host/sdk';
import type { ExecCall, ExecOutcome, NamedUser } from '@isapi-host/worker-runtime/protocol';
import type { Started } from '../callbacks/call-host.ts';
import { buildBlockOf } from './request-source.ts';
import type { NameSpace } from '../name-space/name-space.ts';
import type { Resolution } from '../name-space/resolution.ts';
import type { Answerer } from './answerer.ts';
import { ChildAnswer } from './child-answer.ts';
import { buildChildBody, type ChildBody } from './child-body.ts';
import { Exchange, type ExchangeContext, type ExchangeRequest } from './exchange.ts';
import { Responder } from './responder.ts';
import {
  type FileRequest,
  parseHeaderBlock,
  streamFile,
  withoutConditions,
} from './stream-file.ts';

/** URLs may lead to each other this often; deeper is taken for a loop. */
const MAX_DEPTH = 10;

/** The request that a child belongs to. */
export type RequestOrigin = Omit<ExchangeRequest, 'resolution'>;

/** A URL that runs in place of another one, and where its answer goes. */
interface Child {
  readonly url: string;
  readonly method: string;
  readonly headerBlock: string | undefined;
  readonly body: ChildBody | undefined;
  readonly answer: Answerer;
  readonly user: NamedUser | undefined;
  /** ISAPI: `#exec` of a server-side include runs programs, and sends no files. */
  readonly isCommand: boolean;
}

/**
 * Runs URLs of this server inside the request of another URL: the host's own road once more, from the name space to
 * whatever answers, with the answer going to the same client. ISAPI: HSE_REQ_EXEC_URL, HSE_REQ_SEND_URL.
 */
export class ChildRunner {
  readonly #nameSpace: NameSpace;
  readonly #context: ExchangeContext;

  constructor(nameSpace: NameSpace, context: ExchangeContext) {
    this.#nameSpace = nameSpace;
    this.#context = context;
  }

  /**
   * Runs the child a session asks for, to its end.
   *
   * @throws (rejects) IsapiError `ERROR_INVALID_PARAMETER` - too many URLs deep
   */
  async run(parent: Exchange, call: ExecCall, started: Started): Promise<ExecOutcome> {
    if (parent.of.depth >= MAX_DEPTH) {
      throw new IsapiError('ERROR_INVALID_PARAMETER', `${MAX_DEPTH} URLs deep, a loop`);
    }
    const child = buildChild(parent, call);
    const afterWildcard = this.#wildcardBehind(parent, call.flags);
    const resolution = await this.#nameSpace.resolve(
      child.url,
      child.method,
      afterWildcard === undefined ? {} : { afterWildcard },
    );
    started();
    if (!call.isSendUrl && isOtherPool(parent, resolution)) return OTHER_POOL;

    const { responder } = parent;
    const pages = responder instanceof Responder ? responder.errorPages : undefined;
    const hidesPages = (call.flags & HSE_EXEC_URL_DISABLE_CUSTOM_ERROR) !== 0;
    if (hidesPages && responder instanceof Responder) responder.errorPages = undefined;
    await this.#answer(parent.of, parent, resolution, child);
    if (hidesPages && responder instanceof Responder) responder.errorPages = pages;
    const { statusCode, subStatus } = child.answer;
    return { statusCode, subStatus, win32Error: 0, hasAnswered: !responder.isOpen };
  }

  /** Runs a URL whose answer is an error page of another request. */
  async runPage(
    of: RequestOrigin,
    parent: Exchange | undefined,
    url: string,
    answer: Answerer,
  ): Promise<void> {
    const resolution = await this.#nameSpace.resolve(url, 'GET');
    const method = of.method === 'HEAD' ? 'HEAD' : 'GET';
    const headerBlock = withoutConditions(headerBlockOf(of));
    const child = { url, method, headerBlock, body: undefined, answer, user: of.user };
    await this.#answer(of, parent, resolution, { ...child, isCommand: false });
  }

  async #answer(
    of: RequestOrigin,
    parent: Exchange | undefined,
    resolution: Resolution,
    child: Child,
  ): Promise<void> {
    const { answer } = child;
    if (child.isCommand && resolution.kind === 'file') return answer.error(403, {}, 1);
    switch (resolution.kind) {
      case 'extension': {
        const { url, method, headerBlock, body, user } = child;
        const hasBody = body !== undefined;
        const inner = { url, method, headerBlock, body, hasBody, user, depth: of.depth + 1 };
        return this.#exchange({ ...of, ...inner, resolution }, parent, answer);
      }
      case 'file':
        return streamFile(answer, resolution, fileRequestOf(of, child));
      case 'redirect':
        return answer.error(301, { Location: resolution.location });
      case 'refused': {
        const { statusCode, subStatus, allow } = resolution;
        return answer.error(statusCode, allow === undefined ? {} : { Allow: allow }, subStatus);
      }
      default:
        return resolution satisfies never;
    }
  }

  async #exchange(
    of: ExchangeRequest,
    parent: Exchange | undefined,
    answer: Answerer,
  ): Promise<void> {
    const exchange = new Exchange(this.#context, of, answer);
    if (parent !== undefined) parent.child = exchange;
    await new Promise<void>((resolve) => {
      exchange.whenEnded(resolve);
      exchange.start();
    });
    if (parent !== undefined) parent.child = undefined;
  }

  /** Order of the wildcard map that passes the request on; `undefined`: start from the first. */
  #wildcardBehind({ of }: Exchange, flags: number): number | undefined {
    if ((flags & HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR) === 0) return undefined;
    const { via, extension } = of.resolution;
    return via === 'wildcard' ? this.#nameSpace.wildcardOrder(extension) : undefined;
  }
}

/** ISAPI: 403.18, a child of another pool is not run, and the parent may answer. */
const OTHER_POOL: ExecOutcome = {
  statusCode: 403,
  subStatus: 18,
  win32Error: ERROR_ACCESS_DENIED,
  hasAnswered: false,
};

function isOtherPool({ of }: Exchange, resolution: Resolution): boolean {
  return (
    resolution.kind === 'extension' && resolution.extension.pool !== of.resolution.extension.pool
  );
}

function buildChild(parent: Exchange, call: ExecCall): Child {
  const { of, responder } = parent;
  const sendMethod = of.method === 'HEAD' ? 'HEAD' : 'GET';
  const rest = call.handsOverBody ? parent.handOverBody() : undefined;
  const ignoresConditions = (call.flags & HSE_EXEC_URL_IGNORE_VALIDATION_AND_RANGE) !== 0;
  const headerBlock = call.headers ?? of.headerBlock;
  return {
    url: call.url ?? of.url,
    method: call.isSendUrl ? sendMethod : (call.method ?? of.method),
    headerBlock: ignoresConditions
      ? withoutConditions(headerBlock ?? headerBlockOf(of))
      : headerBlock,
    body: buildChildBody(call.entity, rest),
    answer: call.isEmbedded
      ? new ChildAnswer(responder, { kind: 'body', head: call.head })
      : responder,
    user: userOf(of.user, call.user),
    isCommand: (call.flags & HSE_EXEC_URL_SSI_CMD) !== 0,
  };
}

function fileRequestOf(of: RequestOrigin, child: Child): FileRequest {
  const { headerBlock, method } = child;
  const headers = headerBlock === undefined ? of.request.headers : parseHeaderBlock(headerBlock);
  return { method, headers };
}

function headerBlockOf(of: RequestOrigin): string {
  return of.headerBlock ?? buildBlockOf(of.request);
}

/** What a child's parent leaves open is as the parent has it. */
function userOf(of: NamedUser | undefined, given: NamedUser | undefined): NamedUser | undefined {
  if (given === undefined) return of;
  return { name: given.name ?? of?.name, authType: given.authType ?? of?.authType };
}
