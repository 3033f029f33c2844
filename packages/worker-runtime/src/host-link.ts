import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import {
  monotonicMs,
  SLOT_CALL,
  type Slab,
  type ToHost,
  type ToThread,
  WAKE,
} from './protocol/index.ts';

/** Who the messages of the host are for. */
export interface HostMessageReceiver {
  /** Looks at the rings. */
  wake(): void;
  receive(message: ToThread): void;
}

/** The thread's end of its port. */
export class HostLink {
  readonly #port: MessagePort;
  readonly #slab: Slab;
  readonly #receiver: HostMessageReceiver;

  constructor(port: MessagePort, slab: Slab, receiver: HostMessageReceiver) {
    this.#port = port;
    this.#slab = slab;
    this.#receiver = receiver;
    port.on('message', (message: ToThread | typeof WAKE) => {
      this.#deliver(message);
    });
  }

  post(message: ToHost, transfer: readonly ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  /** Wakes the host if it sleeps. */
  wakeHost(): void {
    if (this.#slab.claimHostWake()) this.#port.postMessage(WAKE);
  }

  /**
   * Blocks the thread until `isDone`. Messages that arrive meanwhile are delivered, those of other
   * sessions too: they settle promises, whose reactions run after this call.
   *
   * @returns whether it is done; `false`: `timeoutMs` have passed
   */
  blockUntil(slot: number, isDone: () => boolean, timeoutMs: number = Infinity): boolean {
    const end = timeoutMs === Infinity ? Infinity : monotonicMs() + timeoutMs;
    const { words } = this.#slab;
    const call = this.#slab.slotAt(slot) + SLOT_CALL;
    for (;;) {
      const seen = Atomics.load(words, call);
      this.#drain();
      if (isDone()) return true;
      const left = end === Infinity ? Infinity : end - monotonicMs();
      if (left <= 0) return false;
      Atomics.wait(words, call, seen, left);
    }
  }

  close(): void {
    this.#port.close();
  }

  #drain(): void {
    for (let entry = receiveMessageOnPort(this.#port); entry !== undefined;) {
      const message = entry.message as ToThread | typeof WAKE;
      // A wake-up would start other sessions inside this one's call: after it is soon enough.
      if (message === WAKE) setImmediate(() => this.#receiver.wake());
      else this.#receiver.receive(message);
      entry = receiveMessageOnPort(this.#port);
    }
  }

  #deliver(message: ToThread | typeof WAKE): void {
    if (message === WAKE) this.#receiver.wake();
    else this.#receiver.receive(message);
  }
}
