import { BroadcastChannel } from 'node:worker_threads';
import { closeAfter, type Closing } from './cleanup.ts';

/** Requests to `/held?NAME` of hosts in this process: each is answered when the test says so. */
export class HeldRequests {
  readonly #channel = new BroadcastChannel('held requests');
  readonly #held = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  constructor(t: Closing) {
    closeAfter(t, () => this.#channel.close());
    this.#channel.addEventListener('message', (event: unknown) => {
      const { held } = (event as { data: { held?: string } }).data;
      if (held === undefined) return;
      this.#held.add(held);
      this.#waiting.get(held)?.();
    });
  }

  /** Settles when the extension has the request. */
  async until(name: string): Promise<void> {
    if (this.#held.has(name)) return;
    await new Promise<void>((resolve) => {
      this.#waiting.set(name, resolve);
    });
  }

  release(name: string): void {
    this.#channel.postMessage({ release: name });
  }
}
