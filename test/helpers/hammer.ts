import assert from 'node:assert/strict';
import type { Closing } from './cleanup.ts';
import { RawClient } from './raw-http.ts';

/** What clients ask for again and again, and the answers that are right. */
export interface HammerOptions {
  readonly port: number;
  readonly clients: number;
  /** @param number - counts the requests of all clients */
  readonly ask: (number: number) => { readonly target: string; readonly body?: string };
  readonly check: (text: string, number: number) => void;
}

/** Clients that send one request after another over connections they keep. */
export interface Hammer {
  /** Requests that were answered, all of them rightly. */
  readonly answered: number;
  /** Settles when this many more have been answered. */
  more(answers: number): Promise<void>;
  /** Settles when the last answer is in. @throws (rejects) AssertionError - an answer was wrong */
  stop(): Promise<void>;
}

/** Starts to hammer. */
export async function hammer(t: Closing, options: HammerOptions): Promise<Hammer> {
  const { port, clients, ask, check } = options;
  let asked = 0;
  let answered = 0;
  const stopping = new AbortController();
  const waiting = new Set<() => void>();
  const connections = await Promise.all(
    Array.from({ length: clients }, () => RawClient.connect(t, port)),
  );
  const runs = connections.map(async (client) => {
    while (!stopping.signal.aborted) {
      const number = asked;
      asked += 1;
      const { target, body = '' } = ask(number);
      const method = body === '' ? 'GET' : 'POST';
      const response = await client.request(target, { method, body }).next();
      assert.equal(response.statusCode, 200, response.text);
      check(response.text, number);
      answered += 1;
      for (const look of waiting) look();
    }
  });
  const done = Promise.all(runs);
  // Whoever stops it is told.
  done.catch(() => undefined);
  return {
    get answered() {
      return answered;
    },
    more: (answers) => {
      const wanted = answered + answers;
      const reached = new Promise<void>((resolve) => {
        const look = (): void => {
          if (answered < wanted) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
      return Promise.race([reached, done.then(() => undefined)]);
    },
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}
