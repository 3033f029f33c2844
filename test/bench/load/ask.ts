import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** An answer as a whole. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks once, on a connection of its own. For what is not asked again and again. */
export function ask(port: number, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'user-agent': 'isapi-bench' };
    request({ host: '127.0.0.1', port, path, headers, agent: false }, (answer) => {
      const status = answer.statusCode ?? 0;
      void text(answer).then((body) => resolve({ status, text: body }), reject);
    })
      .on('error', reject)
      .end();
  });
}
