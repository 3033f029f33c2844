import { readFile } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { extname } from 'node:path';
import type { CustomErrorCall } from '@isapi-host/worker-runtime/protocol';
import type { Started } from '../callbacks/call-host.ts';
import type { ErrorPage } from '../config/host-config.ts';
import type { Answerer } from './answerer.ts';
import { ChildAnswer } from './child-answer.ts';
import type { ChildRunner, RequestOrigin } from './child-runner.ts';
import type { Exchange } from './exchange.ts';
import type { ErrorPageSender } from './responder.ts';

/** An error that is to be answered with a page. */
interface PageError {
  readonly statusCode: number;
  /** With its CR LF. */
  readonly statusLine: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The error pages of the operator, by status and sub-status, then by status. ISAPI: HSE_REQ_SEND_CUSTOM_ERROR. */
export class ErrorPages {
  readonly #pages: Readonly<Record<string, ErrorPage>>;
  readonly #children: ChildRunner;

  constructor(pages: Readonly<Record<string, ErrorPage>>, children: ChildRunner) {
    this.#pages = pages;
    this.#children = children;
  }

  get isEmpty(): boolean {
    return Object.keys(this.#pages).length === 0;
  }

  find(statusCode: number, subStatus: number): ErrorPage | undefined {
    return this.#pages[`${statusCode}.${subStatus}`] ?? this.#pages[String(statusCode)];
  }

  /** Sends the pages of the host's own errors of a request. */
  senderFor(of: RequestOrigin): ErrorPageSender {
    return {
      send: (responder, statusCode, headers, subStatus) => {
        const page = this.find(statusCode, subStatus);
        if (page === undefined) return false;
        const statusLine = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\n`;
        void this.#deliver(responder, page, { statusCode, statusLine, headers }, of);
        return true;
      },
    };
  }

  /** @returns whether there is such a page */
  async sendFor(exchange: Exchange, call: CustomErrorCall, started: Started): Promise<boolean> {
    const { statusCode, subStatus, statusLine } = call;
    const page = this.find(statusCode, subStatus);
    const { responder } = exchange;
    if (page === undefined) return false;
    started();
    const error = { statusCode, statusLine, headers: {} };
    await this.#deliver(responder, page, error, exchange.of, exchange);
    return true;
  }

  /** Never rejects: a page that cannot be had becomes the generic one. */
  async #deliver(
    answer: Answerer,
    page: ErrorPage,
    error: PageError,
    of: RequestOrigin,
    parent?: Exchange,
  ): Promise<void> {
    if ('text' in page) {
      const type = /^\s*</.test(page.text) ? 'text/html' : 'text/plain';
      return sendPage(answer, error, `${type}; charset=utf-8`, page.text);
    }
    if (!answer.reserve()) return;
    if ('file' in page) {
      const bytes = await readFile(page.file).catch(() => undefined);
      if (!answer.release()) return;
      if (bytes === undefined) return answer.genericError(error.statusCode, error.headers);
      return sendPage(answer, error, typeOf(page.file), bytes);
    }
    if (!answer.release()) return;
    const { statusCode, statusLine } = error;
    const onError = (): void => answer.genericError(statusCode, error.headers);
    const child = new ChildAnswer(answer, { kind: 'page', statusCode, statusLine, onError });
    await this.#children.runPage(of, parent, page.url, child).catch(onError);
  }
}

function sendPage(
  answer: Answerer,
  { statusCode, statusLine, headers }: PageError,
  type: string,
  body: string | Uint8Array,
): void {
  let text = `${statusLine}Content-Type: ${type}\r\n`;
  for (const [name, value] of Object.entries(headers)) text += `${name}: ${value}\r\n`;
  const keepConn = statusCode !== 400 && statusCode !== 413;
  // In the profile classic only a length keeps the connection.
  const contentLength = Buffer.byteLength(body);
  const head = { statusCode, text, contentLength, keepConn };
  answer.send({ ...head, hasDate: false, hasServer: false }, body);
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
};

function typeOf(file: string): string {
  return TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';
}
