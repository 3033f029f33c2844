import type { Workload } from '../workloads.ts';
import { Connection } from './connection.ts';
import { encodeRequest } from './request.ts';

/** Asks again and again on a connection of its own, until told to stop. */
export class BesideLoop {
  readonly #connection: Connection;
  readonly #ended: Promise<string[]>;
  #isStopped = false;

  constructor(port: number, workload: Workload) {
    this.#connection = new Connection(port, workload, encodeRequest(workload));
    this.#ended = this.#run();
  }

  /** Resolves after the last answer, with what was wrong. */
  stop(): Promise<string[]> {
    this.#isStopped = true;
    return this.#ended;
  }

  async #run(): Promise<string[]> {
    try {
      await this.#connection.opened();
      do await this.#connection.askOnce();
      while (!this.#isStopped);
      return [];
    } catch (error) {
      return [`beside: ${error instanceof Error ? error.message : String(error)}`];
    } finally {
      this.#connection.close();
    }
  }
}
