import { type AnswerHead, DEFAULT_HEAD } from '@isapi-host/worker-runtime/protocol';
import type { JobOutput, Started } from '../callbacks/call-host.ts';
import { type OperationEnd, StartedOperation } from '../callbacks/operation.ts';
import type { Answerer } from './answerer.ts';

/** Bytes of a job that may be on their way to the client at once. */
const WINDOW_BYTES = 512 * 1024;

/*
 * What the host itself sends into the answer of a session: files, children, error pages. Each is a job.
 *
 * (1) Everything goes out in the order in which the session asked for it. While a job runs, what comes behind it
 *     waits; its bytes are credited to the thread when they are written, so a session cannot pile up more than its
 *     window.
 * (2) A job that is stopped, by the client or by its session, ends soon, and the queue goes on.
 */
export class SessionOutput implements JobOutput {
  readonly #answer: Answerer;
  readonly #waiting: (() => void)[] = [];
  #isCancelled = false;
  #underWay = 0;
  #onRoom: (() => void) | undefined;
  /** A job runs. */
  isBusy = false;

  constructor(answer: Answerer) {
    this.#answer = answer;
  }

  /** Does something behind everything that was asked for before. */
  inOrder(act: () => void): void {
    if (this.isBusy) this.#waiting.push(act);
    else act();
  }

  /** Runs a job at its place. Settles with what the thread is told at `replyAt`. */
  async run(
    job: (output: JobOutput, started: Started) => Promise<OperationEnd>,
    replyAt: 'start' | 'end',
  ): Promise<unknown> {
    let markStarted: Started = ignore;
    const started = new Promise<void>((resolve) => {
      markStarted = resolve;
    });
    const finished = new Promise<OperationEnd>((resolve, reject) => {
      this.inOrder(() => {
        this.isBusy = true;
        this.#isCancelled = false;
        job(this, markStarted)
          .finally(() => this.#goOn())
          .then(resolve, reject);
      });
    });
    if (replyAt === 'end') return (await finished).value;
    await Promise.race([started, finished]);
    return new StartedOperation(finished);
  }

  /** Stops the job that runs. */
  cancel(): void {
    this.#isCancelled = true;
    this.#wake();
  }

  /** Nobody takes the answer any more. */
  closed(): void {
    this.#wake();
  }

  // JobOutput

  get isStopped(): boolean {
    return this.#isCancelled || this.#answer.isDone;
  }

  begin(head: AnswerHead): void {
    this.#answer.begin(head);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#answer.isOpen) this.begin(DEFAULT_HEAD);
    this.#underWay += bytes.length;
    this.#answer.write(bytes, () => {
      this.#underWay -= bytes.length;
      this.#wake();
    });
    while (this.#underWay >= WINDOW_BYTES && !this.isStopped) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
  }

  finish(connection: 'keep' | 'close'): void {
    if (connection === 'close') this.#answer.closeAfter();
    this.#answer.finish();
  }

  spoil(): void {
    if (!this.#answer.isOpen) this.#answer.cut();
  }

  #goOn(): void {
    this.isBusy = false;
    while (!this.isBusy) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      next();
    }
  }

  #wake(): void {
    const onRoom = this.#onRoom;
    this.#onRoom = undefined;
    onRoom?.();
  }
}

function ignore(): void {
  // Replaced before a job begins.
}
