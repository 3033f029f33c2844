/** An answer of the admin server. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export function getJson(url: string, headers: Record<string, string> = {}): Promise<AdminAnswer> {
  return ask(url, { headers });
}

export function postJson(url: string, body?: object): Promise<AdminAnswer> {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return ask(url, { method: 'POST', ...(body === undefined ? {} : json) });
}

async function ask(url: string, request: RequestInit): Promise<AdminAnswer> {
  const answer = await fetch(url, request);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
