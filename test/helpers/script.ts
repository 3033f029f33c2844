import type { RawClient, RawResponse } from './raw-http.ts';

/** How a script calls the members that have two forms. */
export type Style = 'async' | 'blocking';

export const styles: readonly Style[] = ['async', 'blocking'];

/** One call of a member of the control block: its name and its arguments. Texts from `hex:` on are bytes. */
export type Step = readonly [member: string, ...args: unknown[]];

/** What the extension `script` is told to do. */
export interface Script {
  readonly id?: string;
  readonly style?: Style;
  readonly steps: readonly Step[];
  readonly end?: unknown;
}

/** What came of a step: its value, or the error it threw. */
export type StepOutcome =
  | { readonly value: unknown }
  | { readonly code: string; readonly number: number };

/** The URL that runs a script. */
export function scriptUrl(script: Script, path = '/script'): string {
  return `${path}?${encodeURIComponent(JSON.stringify({ id: 'last', ...script }))}`;
}

/** What came of the last script, by a connection that is open. One thread has to run both. */
export async function outcomesOf(
  client: RawClient,
  id = 'last',
  path = '/script',
): Promise<readonly StepOutcome[]> {
  const response = await client.request(`${path}?outcomes=${id}`).next();
  return JSON.parse(response.text) as readonly StepOutcome[];
}

/** A response in one line: status, what ends the body, whether the connection stays, and the body. */
export function brief({ statusCode, framing, headers, text }: RawResponse): string {
  return `${statusCode} ${framing} ${headers['connection']} ${JSON.stringify(text)}`;
}

export const SEND_HEADER = 3;
export const SEND_HEADER_EX = 1016;
