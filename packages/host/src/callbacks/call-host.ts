import type { AnswerHead, CustomErrorCall, ExecCall } from '@isapi-host/worker-runtime/protocol';
import type { Logger } from '../observe/logger.ts';
import type { OperationEnd } from './operation.ts';

/** Says that what was asked for has begun. */
export type Started = () => void;

/** The answer of a session, for what the host writes into it itself. */
export interface JobOutput {
  /** Nobody takes the answer any more, or its session has cancelled the operation. */
  readonly isStopped: boolean;
  begin(head: AnswerHead): void;
  /** Settles when more may be written. The bytes belong to the answer from now on. */
  write(bytes: Uint8Array): Promise<void>;
  /** That was all of the answer. */
  finish(connection: 'keep' | 'close'): void;
  /** The answer will never be complete. */
  spoil(): void;
}

/** What request codes act on: one session, seen from the host. */
export interface CallHost {
  readonly logger: Logger;
  /** Runs a job at its place among the session's output. Settles with what the thread is told at `replyAt`. */
  runJob(
    job: (output: JobOutput, started: Started) => Promise<OperationEnd>,
    replyAt: 'start' | 'end',
  ): Promise<unknown>;
  execUrl(call: ExecCall, started: Started): Promise<OperationEnd>;
  /** @returns whether there is such a page */
  sendErrorPage(call: CustomErrorCall, started: Started): Promise<boolean>;
  stopBody(): void;
  cancelJob(): void;
  closeConnection(): void;
  resetAtEnd(): void;
  reportUnhealthy(reason: string): void;
  /** Whether a module file is one of those that may run. */
  isListed(module: string): boolean;
  configCopy(): Readonly<Record<string, unknown>>;
  poolCopy(): Readonly<Record<string, unknown>>;
}
