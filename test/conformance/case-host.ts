import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fetchRaw, type RawResponse, type RequestOptions } from '../helpers/raw-http.ts';
import { type HostOptions, type StartedHost, startHost } from '../helpers/start-host.ts';

/** How an extension calls. */
export const STYLES = ['promise', 'blocking'] as const;
export type Style = (typeof STYLES)[number];

/** Where the extensions of the conformance tests are. */
export const conformanceFixtures: string = fileURLToPath(
  new URL('../../fixtures/conformance/', import.meta.url),
);

/** A host with one extension of cases, at `/case`. */
export class CaseHost {
  readonly #t: TestContext;
  readonly host: StartedHost;

  private constructor(t: TestContext, host: StartedHost) {
    this.#t = t;
    this.host = host;
  }

  /** @param fixture - file of test/fixtures/conformance, without its suffix */
  static async start(
    t: TestContext,
    fixture: string,
    options: HostOptions = {},
  ): Promise<CaseHost> {
    const module = `${conformanceFixtures}${fixture}.mjs`;
    const host = await startHost(t, {
      pools: { default: { minThreads: 1, maxThreads: 1 } },
      ...options,
      // A case's parameters stand in the query.
      limits: { maxUrlBytes: 16_384, ...options.limits },
      extensions: { case: { module, paths: ['/case'] }, ...options.extensions },
    });
    return new CaseHost(t, host);
  }

  get port(): number {
    return this.host.port;
  }

  /** Target of a case. */
  target(name: string, style: Style = 'promise', query = ''): string {
    return `/case?case=${name}&style=${style}${query}`;
  }

  /** Runs a case over a connection of its own. */
  fetch(
    name: string,
    style: Style = 'promise',
    options: RequestOptions & { readonly query?: string } = {},
  ): Promise<RawResponse> {
    return fetchRaw(this.#t, this.port, this.target(name, style, options.query), options);
  }

  /** What a case returns. */
  async result(
    name: string,
    style: Style = 'promise',
    options: RequestOptions & { readonly query?: string } = {},
  ): Promise<unknown> {
    const { text } = await this.fetch(name, style, options);
    return JSON.parse(text) as unknown;
  }

  /** What a case has kept under a key. */
  async collect(key: string): Promise<unknown> {
    return this.result('collect', 'promise', { query: `&key=${key}` });
  }
}

/** One test for each style. */
export function testStyles(
  rule: string,
  run: (t: TestContext, style: Style) => Promise<void>,
): void {
  for (const style of STYLES) test(`${rule} (${style})`, (t) => run(t, style));
}
