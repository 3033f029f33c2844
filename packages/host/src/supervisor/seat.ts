import type { HostProcess, HostProcessEnd } from './host-process.ts';
import type { HostLoad } from './messages.ts';
import { RestartDelay } from './restart-delay.ts';

/** What a seat needs of its supervisor. */
export interface SeatOptions {
  readonly start: (load: HostLoad, onReady: () => void) => HostProcess;
  /** The process in the seat died. @returns whether to start another one in its place */
  readonly lost: (process: HostProcess, end: HostProcessEnd, restartMs: number) => boolean;
}

/**
 * A place that is kept occupied by a host process: one that dies is started again, and a successor takes the seat as
 * soon as it is ready, with what the one before has loaded, while that answers what it has.
 */
export class Seat {
  readonly #options: SeatOptions;
  readonly #delay = new RestartDelay();
  readonly #processes: Set<HostProcess> = new Set();
  #current: HostProcess | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #isClosing = false;

  constructor(options: SeatOptions) {
    this.#options = options;
    this.#occupy();
  }

  /** The process in the seat; `undefined`: it died, and the next one is due. */
  get current(): HostProcess | undefined {
    return this.#current;
  }

  /** Starts a successor. @returns whether it took the seat; otherwise the one before keeps it */
  async replace(reason: string): Promise<boolean> {
    const load = (await this.#current?.tellLoad()) ?? {};
    if (this.#isClosing) return false;
    const next = await this.#startReady(load);
    if (next === undefined) return false;
    if (this.#isClosing) {
      next.drain(reason);
      return false;
    }
    clearTimeout(this.#retryTimer);
    const before = this.#current;
    this.#take(next);
    before?.drain(reason);
    return true;
  }

  /** Drains every process of the seat. @returns how they ended */
  close(reason: string): Promise<readonly HostProcessEnd[]> {
    this.#isClosing = true;
    clearTimeout(this.#retryTimer);
    const ends = [...this.#processes].map((process) => {
      process.drain(reason);
      return process.ended;
    });
    return Promise.all(ends);
  }

  kill(): void {
    for (const process of this.#processes) process.kill();
  }

  #occupy(): void {
    // Nobody serves meanwhile: it does not wait for modules.
    this.#take(this.#start({}, ignore));
  }

  #start(load: HostLoad, onReady: () => void): HostProcess {
    const process = this.#options.start(load, onReady);
    this.#processes.add(process);
    void process.ended.then(() => this.#processes.delete(process));
    return process;
  }

  #startReady(load: HostLoad): Promise<HostProcess | undefined> {
    return new Promise((resolve) => {
      const process = this.#start(load, () => resolve(process));
      void process.ended.then(() => resolve(undefined));
    });
  }

  #take(process: HostProcess): void {
    this.#current = process;
    void process.ended.then((end) => {
      if (this.#current !== process || this.#isClosing) return;
      this.#current = undefined;
      const restartMs = this.#delay.next(end.readyMs ?? 0);
      if (!this.#options.lost(process, end, restartMs)) return;
      this.#retryTimer = setTimeout(() => this.#occupy(), restartMs);
    });
  }
}

function ignore(): void {
  // Nobody waits for it.
}
