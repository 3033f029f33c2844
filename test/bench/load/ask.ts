import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** An answer as a whole. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks once, on a connection of its own. For what is not asked again and again. */
export async function ask(port: number, path: string): Promise<Answer> {
  const answer = await open(port, path);
  return { status: answer.statusCode ?? 0, text: await text(answer) };
}

/** An answer that has begun. */
export interface BegunAnswer {
  /** The first bytes of its body. */
  readonly start: string;
  /** Resolves when it is complete. */
  rest(): Promise<Answer>;
}

/** Resolves when the first bytes of the answer's body are there. */
export async function askUntilBegun(port: number, path: string): Promise<BegunAnswer> {
  const answer = await open(port, path);
  const [first] = (await once(answer, 'data')) as [Buffer];
  answer.pause();
  const start = first.toString();
  const status = answer.statusCode ?? 0;
  return { start, rest: async () => ({ status, text: start + (await text(answer)) }) };
}

async function open(port: number, path: string): Promise<IncomingMessage> {
  const headers = { 'user-agent': 'isapi-bench' };
  const asked: ClientRequest = request({ host: '127.0.0.1', port, path, headers, agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}
