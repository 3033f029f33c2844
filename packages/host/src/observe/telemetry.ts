import type * as OpenTelemetry from '@opentelemetry/api';
import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import type { HostErrorCode } from './host-error.ts';
import type { Logger } from './logger.ts';
import { VERSION } from './version.ts';

type Api = typeof OpenTelemetry;

/** What is known of a request when its span begins. */
export interface TracedRequest {
  readonly method: string;
  /** Target as the client sent it. */
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly remoteAddress: string;
  readonly secure: boolean;
  readonly extension: string;
  readonly pool: string;
}

/** What is known of it when its answer is complete or cut off. */
export interface TracedAnswer {
  /** 499 when the client left before the end. */
  readonly statusCode: number;
  readonly errorCode: HostErrorCode | undefined;
  /** `undefined`: no thread took it. */
  readonly threadId: number | undefined;
  readonly queueMs: number;
  readonly runMs: number;
}

/** The methods OpenTelemetry names spans after; any client can make up another. */
const METHODS: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
]);

/**
 * Gets ready to trace. A host that serves is worth more than one that is watched: without the package it goes on.
 *
 * @returns `undefined`: the package is not there, which is logged
 */
export async function openTelemetry(logger: Logger): Promise<Telemetry | undefined> {
  try {
    return new Telemetry(await import('@opentelemetry/api'));
  } catch (error) {
    logger.error({ err: error }, 'no telemetry: @opentelemetry/api cannot be loaded');
    return undefined;
  }
}

/** One OpenTelemetry span for each request that an extension answers. Where spans go is the business of an SDK. */
export class Telemetry {
  readonly #api: Api;
  readonly #tracer: Tracer;

  constructor(api: Api) {
    this.#api = api;
    this.#tracer = api.trace.getTracer('@isapi-host/host', VERSION);
  }

  /** Begins the span of a request. Its parent is the span that the client names in `traceparent`. */
  begin(request: TracedRequest): RequestSpan {
    const { ROOT_CONTEXT, SpanKind, propagation, trace } = this.#api;
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const method = METHODS.has(request.method) ? request.method : 'HTTP';
    const options = { kind: SpanKind.SERVER, attributes: attributesOf(request) };
    const span = this.#tracer.startSpan(`${method} ${request.extension}`, options, parent);
    return new RequestSpan(this.#api, span, trace.setSpan(parent, span));
  }
}

/** The span of one request. */
export class RequestSpan {
  readonly #api: Api;
  readonly #span: Span;
  readonly #context: Context;

  constructor(api: Api, span: Span, context: Context) {
    this.#api = api;
    this.#span = span;
    this.#context = context;
  }

  /** A header block for the extension: the `traceparent` in it is this span, no more that of the client. */
  rewrite(headerBlock: string): string {
    const { propagation } = this.#api;
    const own: Record<string, string> = {};
    propagation.inject(this.#context, own);
    const fields = Object.entries(own);
    // Without an SDK in this process there is no span, and what the client sent stays.
    if (fields.length === 0) return headerBlock;
    const replaced = new Set(propagation.fields());
    const kept = headerBlock
      .split('\r\n')
      .filter((line) => line !== '' && !replaced.has(nameOf(line)));
    const lines = [...kept, ...fields.map(([name, value]) => `${name}: ${value}`)];
    return `${lines.join('\r\n')}\r\n`;
  }

  /** The answer is complete, or cut off. */
  end({ statusCode, errorCode, threadId, queueMs, runMs }: TracedAnswer): void {
    const span = this.#span;
    span.setAttribute('http.response.status_code', statusCode);
    if (threadId !== undefined) {
      span.setAttribute('thread.id', threadId);
      span.setAttribute('isapi.queue_ms', queueMs);
      span.setAttribute('isapi.run_ms', runMs);
    }
    const failed = statusCode >= 500;
    if (failed) span.setStatus({ code: this.#api.SpanStatusCode.ERROR });
    if (failed || errorCode !== undefined) {
      span.setAttribute('error.type', errorCode ?? String(statusCode));
    }
    span.end();
  }
}

/** By the semantic conventions for HTTP servers. */
function attributesOf(request: TracedRequest): Attributes {
  const { method, url, headers } = request;
  const isKnown = METHODS.has(method);
  const query = url.indexOf('?');
  const userAgent = headers['user-agent'];
  return {
    'http.request.method': isKnown ? method : '_OTHER',
    ...(isKnown ? {} : { 'http.request.method_original': method }),
    'url.scheme': request.secure ? 'https' : 'http',
    'url.path': query < 0 ? url : url.slice(0, query),
    ...(query < 0 ? {} : { 'url.query': url.slice(query + 1) }),
    'client.address': request.remoteAddress,
    'network.protocol.version': request.httpVersion.replace(/^2\.0$/, '2'),
    ...(typeof userAgent === 'string' ? { 'user_agent.original': userAgent } : {}),
    'isapi.extension': request.extension,
    'isapi.pool': request.pool,
  };
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}
