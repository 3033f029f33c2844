import {
  CANCEL_CLIENT_GONE,
  CANCEL_DEADLINE,
  CANCEL_SHUTDOWN,
  type ChunkMessage,
  type ControlBlockSource,
  type CreditMessage,
  type LoadProblem,
} from '@isapi-host/worker-runtime/protocol';
import type { Client } from '../callbacks/client.ts';
import type { PoolReport, RequestStatus } from './pool-status.ts';

/** What became of a submission. */
export type Submission = 'queued' | 'full' | 'too-large' | 'closing' | 'disabled';

/** Why the host has no more use for a session. */
export type CancelReason = 'client-gone' | 'deadline' | 'shutdown';

/** The reasons as a thread is told them. */
export const cancelCodes: Readonly<Record<CancelReason, number>> = {
  'client-gone': CANCEL_CLIENT_GONE,
  deadline: CANCEL_DEADLINE,
  shutdown: CANCEL_SHUTDOWN,
};

/**
 * An application pool as a request sees it: where its threads run is the pool's own business. A request keeps the
 * pool it was submitted to until its end, also when another has taken that pool's name since.
 */
export interface Pool {
  readonly name: string;
  readonly queueTimeoutMs: number;
  /** Longest a request may take, from its head on, ms; 0: as long as it likes. */
  readonly requestTimeoutMs: number;

  /** Queues a request. Anything but `queued` means that nothing happened. */
  submit(
    client: Client,
    controlBlock: ControlBlockSource,
    headerBlock: string,
    body: readonly Uint8Array[],
  ): Submission;

  /**
   * The client of a request needs no answer any more, or has had one. A request that waits is taken back; one that
   * runs is told, and keeps its slot until its session ends or, after its deadline and a grace, its thread is killed.
   */
  cancel(client: Client, reason: CancelReason): void;

  /** Lets a new thread take the place of the one that runs a client's session. ISAPI: HSE_REQ_REPORT_UNHEALTHY. */
  replaceThread(client: Client, reason: string): void;

  /** Sends a message to the thread that runs a client's session; nothing, when it is over. */
  post(
    client: Client,
    message: ChunkMessage | CreditMessage,
    transfer?: readonly ArrayBuffer[],
  ): void;

  /**
   * Loads modules in so many of its threads, which are started where they are missing, and asks their versions.
   *
   * @param threads - one at least, and no more than it may have
   * @returns those that cannot serve
   */
  load(modules: readonly string[], threads: number): Promise<readonly LoadProblem[]>;

  report(): PoolReport;

  /** The requests that wait or run. */
  requests(): readonly RequestStatus[];

  /** The pool is out of service: what waits is refused, what runs may end. */
  refuseWaiting(): void;

  /**
   * Lets the requests under way end, then the threads.
   *
   * @param deadline - on the monotonic clock, ms; what is left then is cut off
   */
  close(deadline: number): Promise<void>;
}
