import type { LoadProblem } from '@isapi-host/worker-runtime/protocol';
import type { Pool, Submission } from './pool.ts';
import { EMPTY_REPORT, type PoolReport, type RequestStatus } from './pool-status.ts';

/** Stands where a pool was that is out of service: takes nothing, has nothing. */
export class DisabledPool implements Pool {
  readonly name: string;
  readonly queueTimeoutMs: number = 0;
  readonly requestTimeoutMs: number = 0;

  constructor(name: string) {
    this.name = name;
  }

  submit(): Submission {
    return 'disabled';
  }

  cancel(): void {
    // It has no requests.
  }

  replaceThread(): void {
    // It has no threads.
  }

  post(): void {
    // It has no sessions.
  }

  async load(): Promise<readonly LoadProblem[]> {
    return [];
  }

  report(): PoolReport {
    return EMPTY_REPORT;
  }

  requests(): readonly RequestStatus[] {
    return [];
  }

  refuseWaiting(): void {
    // Nothing waits.
  }

  async close(): Promise<void> {
    // Nothing is open.
  }
}
