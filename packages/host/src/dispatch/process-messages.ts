import type {
  AnswerHead,
  LoadProblem,
  SessionEnd,
  WireError,
} from '@isapi-host/worker-runtime/protocol';
import type { Loss } from '../callbacks/client.ts';
import type { LimitsConfig, LogConfig, PoolConfig } from '../config/host-config.ts';
import type { FaultEvent, FaultFields } from '../observe/faults.ts';
import type { PoolThreadSettings } from './application-pool.ts';
import type { CancelReason } from './pool.ts';
import type { PoolReport } from './pool-status.ts';

/*
 * What the host and a pool process say to each other. Sessions go by their connId, which is never used again; slots are
 * the process's own business. Body bytes travel behind the message, in its frame.
 */

/** What a pool process is started with. */
export interface StartMessage {
  readonly op: 'start';
  readonly name: string;
  readonly generation: number;
  readonly config: PoolConfig;
  readonly limits: LimitsConfig;
  readonly logLevel: LogConfig['level'];
  readonly settings: PoolThreadSettings;
  /** Longest drain when the host is gone, ms. */
  readonly drainMs: number;
  /** Descriptor of the file in which it notes what it begins; `undefined`: there is none. */
  readonly claimsFile: number | undefined;
}

/** Host to pool process; requests go as frames of their own kind. */
export type ToPoolProcess =
  | StartMessage
  /** Body bytes, behind the message. */
  | { readonly op: 'chunk'; readonly connId: number; readonly ended: boolean }
  | { readonly op: 'credit'; readonly connId: number; readonly bytes: number }
  | CallReply
  | CallEnd
  | { readonly op: 'cancel'; readonly connId: number; readonly reason: CancelReason }
  | {
      readonly op: 'load';
      readonly loadId: number;
      readonly modules: readonly string[];
      readonly threads: number;
    }
  | { readonly op: 'close'; readonly ms: number };

/** The reply to a call; `isStarted`: its end follows. */
export interface CallReply {
  readonly op: 'reply';
  readonly callId: number;
  readonly error: WireError | undefined;
  readonly isStarted: boolean;
  readonly value: unknown;
}
/** The end of an operation that a call has started. */
export interface CallEnd {
  readonly op: 'call-end';
  readonly callId: number;
  readonly error: WireError | undefined;
  readonly bytes: number;
  readonly value: unknown;
}

/** How a request went, for the access line. */
export interface RequestTimes {
  readonly threadId: number | undefined;
  readonly runMs: number;
}

/** Pool process to host; whole answers go as frames of their own kind. */
export type FromPoolProcess =
  /** It takes requests. */
  | { readonly op: 'ready' }
  | { readonly op: 'head'; readonly connId: number; readonly head: AnswerHead }
  /** Answer bytes, behind the message. */
  | { readonly op: 'write'; readonly connId: number }
  | {
      readonly op: 'end';
      readonly connId: number;
      readonly end: SessionEnd;
      readonly times: RequestTimes;
    }
  | { readonly op: 'lose'; readonly connId: number; readonly loss: Loss }
  | { readonly op: 'read'; readonly connId: number; readonly bytes: number }
  | {
      readonly op: 'call';
      readonly connId: number;
      readonly callId: number;
      readonly code: number;
      readonly input: unknown;
    }
  | {
      readonly op: 'loads-done';
      readonly loadId: number;
      readonly problems: readonly LoadProblem[];
    }
  /** A line of its log, JSON. */
  | { readonly op: 'log'; readonly line: string }
  | { readonly op: 'fault'; readonly event: FaultEvent; readonly fields: FaultFields }
  /** Also the sign that it lives. */
  | {
      readonly op: 'report';
      readonly report: PoolReport;
      /** Requests that run, and in which thread. */
      readonly running: readonly (readonly [connId: number, threadId: number])[];
      /** Requests that were cancelled or lost: no thread will begin them any more. */
      readonly released: readonly number[];
    };
