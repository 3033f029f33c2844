// The thread of subject `message-channel`.
import type { MessagePort } from 'node:worker_threads';
import { respond } from './application.ts';
import type { ThreadAnswer, ThreadRequest } from './exchange.ts';

/** What comes over the port, in this order. */
export type ChannelMessage =
  | { readonly op: 'head'; readonly statusCode: number; readonly headers: ThreadAnswer['headers'] }
  | { readonly op: 'body'; readonly body: string | Uint8Array }
  | { readonly op: 'done' };

export default function run(task: { request: ThreadRequest; port: MessagePort }): number {
  const { statusCode, headers, body } = respond(task.request);
  const post = (message: ChannelMessage): void => task.port.postMessage(message, []);
  post({ op: 'head', statusCode, headers });
  post({ op: 'body', body });
  post({ op: 'done' });
  return statusCode;
}
