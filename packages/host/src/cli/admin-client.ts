import type { AdminConfig } from '../config/host-config.ts';
import { HostError, type HostErrorCode, hostErrors } from '../observe/host-error.ts';

/** Longest wait for an answer of the admin server, ms. A reload answers when its extensions are loaded. */
const ANSWER_MS = 60_000;

/** Talks to the admin server of a host that runs. */
export class AdminClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ enabled, host, port, token }: AdminConfig) {
    if (!enabled) {
      throw new HostError('ISAPI_ERR_ADMIN_UNREACHABLE', 'the configuration turns admin off');
    }
    this.#url = `http://${reachable(host)}:${port}`;
    this.#headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  }

  /** @throws HostError - nobody answers, or the answer is an error, with its code */
  async get<T>(path: string): Promise<T> {
    return (await this.#ask('GET', path)) as T;
  }

  /** @throws HostError - nobody answers, or the answer is an error, with its code */
  async post<T>(path: string): Promise<T> {
    return (await this.#ask('POST', path)) as T;
  }

  async #ask(method: string, path: string): Promise<unknown> {
    const answer = await this.#fetch(method, path);
    const body: unknown = await answer.json();
    if (!answer.ok) throw errorOf(body);
    return body;
  }

  async #fetch(method: string, path: string): Promise<Response> {
    const signal = AbortSignal.timeout(ANSWER_MS);
    try {
      return await fetch(`${this.#url}/api/v1${path}`, { method, headers: this.#headers, signal });
    } catch (error) {
      const message = `no host answers at ${this.#url}`;
      throw new HostError('ISAPI_ERR_ADMIN_UNREACHABLE', message, { cause: error });
    }
  }
}

/** Where a server that listens at an address can be reached from this machine. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function errorOf(body: unknown): HostError {
  const { code, message } = body as { readonly code?: unknown; readonly message?: unknown };
  const isKnown = typeof code === 'string' && Object.hasOwn(hostErrors, code);
  return new HostError(
    isKnown ? (code as HostErrorCode) : 'ISAPI_ERR_ADMIN_FAILED',
    String(message),
  );
}
