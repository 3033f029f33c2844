import type {
  Extension,
  Fault,
  HostProcess,
  Look,
  Pool,
  RequestInFlight,
  Traffic,
} from './answers.ts';

/** Longest wait for an answer that is looked at, ms. Orders take as long as they take. */
const LOOK_MS = 5000;
/** Kept for this tab only, until it is closed. */
const TOKEN_KEY = 'isapi-admin-token';

/** Why the host gave no answer that can be used. */
export class ApiError extends Error {
  readonly why: 'unreachable' | 'unauthorized' | 'refused';

  constructor(why: ApiError['why'], message: string) {
    super(message);
    this.why = why;
  }
}

/** Asks the host that served this page. */
export class AdminApi {
  readonly #tokens: Storage;

  constructor(tokens: Storage) {
    this.#tokens = tokens;
  }

  get hasToken(): boolean {
    return this.#tokens.getItem(TOKEN_KEY) !== null;
  }

  signIn(token: string): void {
    this.#tokens.setItem(TOKEN_KEY, token);
  }

  /** @throws ApiError */
  async look(): Promise<Look> {
    const [host, { pools }, { extensions }, { requests }, { faults }, traffic] = await Promise.all([
      this.#get<HostProcess>('host'),
      this.#get<{ pools: readonly Pool[] }>('pools'),
      this.#get<{ extensions: readonly Extension[] }>('extensions'),
      this.#get<{ requests: readonly RequestInFlight[] }>('requests'),
      this.#get<{ faults: readonly Fault[] }>('faults'),
      this.#get<Traffic>('traffic'),
    ]);
    return { host, pools, extensions, requests, faults, traffic };
  }

  /**
   * Has the host do something. Settles when it is done.
   *
   * @throws ApiError
   */
  async order(path: string, body: object | undefined): Promise<unknown> {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return this.#ask(path, { method: 'POST', ...(body === undefined ? {} : json) });
  }

  async #get<Answer>(path: string): Promise<Answer> {
    return (await this.#ask(path, { signal: AbortSignal.timeout(LOOK_MS) })) as Answer;
  }

  async #ask(path: string, request: RequestInit): Promise<unknown> {
    const headers = new Headers(request.headers);
    const token = this.#tokens.getItem(TOKEN_KEY);
    if (token !== null) headers.set('authorization', `Bearer ${token}`);
    try {
      const answer = await fetch(`/api/v1/${path}`, { ...request, headers, cache: 'no-store' });
      const body: unknown = await answer.json();
      if (answer.ok) return body;
      const { code, message } = body as { readonly code: string; readonly message: string };
      const why = answer.status === 401 ? 'unauthorized' : 'refused';
      throw new ApiError(why, `${code}: ${message}`);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError('unreachable', 'the host does not answer');
    }
  }
}
