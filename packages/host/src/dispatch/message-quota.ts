import { monotonicMs } from '@isapi-host/worker-runtime/protocol';

/** Messages a thread may send unasked within WINDOW_MS; what an extension does by its control block stays far below. */
const MAX_UNPAID = 5000;
const WINDOW_MS = 100;

/** Bounds how much a thread may say. What the host has answered is paid for and does not count. */
export class MessageQuota {
  #unpaid = 0;
  #since: number = monotonicMs();

  /** A message came. @returns whether they come too fast */
  take(): boolean {
    this.#unpaid += 1;
    if (this.#unpaid < MAX_UNPAID) return false;
    const now = monotonicMs();
    const isFlood = now - this.#since < WINDOW_MS;
    this.#since = now;
    this.#unpaid = 0;
    return isFlood;
  }

  /** The host answered this many messages. */
  pay(messages: number): void {
    this.#unpaid = Math.max(0, this.#unpaid - messages);
  }
}
