import type { Closing } from './cleanup.ts';
import { CutError, RawClient } from './raw-http.ts';

/** What went wrong for a client that no client could mend: anything but the end of an idle connection. */
export type LoadFailure = 'refused' | 'cut' | `status ${number}` | 'wrong answer';

/**
 * Clients that ask for `/hello` again and again over kept connections, as a browser or a proxy does: after
 * `Connection: close`, and when a connection is closed that they kept, they make a new one.
 */
export class SteadyLoad {
  readonly failures: LoadFailure[] = [];
  answered = 0;
  readonly #t: Closing;
  readonly #port: number;
  readonly #waiting = new Set<() => void>();
  readonly #done: Promise<unknown>;
  #isStopping = false;

  constructor(t: Closing, port: number, clients: number) {
    this.#t = t;
    this.#port = port;
    this.#done = Promise.all(Array.from({ length: clients }, () => this.#ask()));
  }

  /** Settles when so many more answers are in. */
  more(answers: number): Promise<void> {
    const wanted = this.answered + answers;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.answered < wanted) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Settles when every client has stopped: by itself, since it was refused, or because of this. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#done;
  }

  async #ask(): Promise<void> {
    while (!this.#isStopping) {
      const client = await RawClient.connect(this.#t, this.#port).catch(() => undefined);
      if (client === undefined) {
        this.failures.push('refused');
        return;
      }
      await this.#askOver(client);
      client.reset();
    }
  }

  async #askOver(client: RawClient): Promise<void> {
    for (let answers = 0; !this.#isStopping; answers++) {
      try {
        const { statusCode, headers, text } = await client.request('/hello').next();
        if (statusCode !== 200) this.failures.push(`status ${statusCode}`);
        else if (text !== 'hello') this.failures.push('wrong answer');
        this.answered += 1;
        for (const look of this.#waiting) look();
        if (headers['connection'] === 'close') return;
      } catch (error) {
        const isKept = answers > 0 && error instanceof CutError && error.received === '';
        if (!isKept) this.failures.push('cut');
        return;
      }
    }
  }
}
