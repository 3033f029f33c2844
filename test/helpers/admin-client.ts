/** An answer of the admin server. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export function getJson(url: string, headers: Record<string, string> = {}): Promise<AdminAnswer> {
  return ask(url, { headers });
}

export function postJson(
  url: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<AdminAnswer> {
  if (body === undefined) return ask(url, { method: 'POST', headers });
  const all = { ...headers, 'content-type': 'application/json' };
  return ask(url, { method: 'POST', headers: all, body: JSON.stringify(body) });
}

async function ask(url: string, request: RequestInit): Promise<AdminAnswer> {
  const answer = await fetch(url, request);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
