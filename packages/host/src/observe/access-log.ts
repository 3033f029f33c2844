import type { IncomingHttpHeaders } from 'node:http';
import type { HostErrorCode } from './host-error.ts';

/** One request, when its answer is complete or cut off. Members of an extension's answer are missing on others. */
export interface AccessRecord {
  readonly reqId: string;
  readonly method: string;
  readonly url: string;
  /** 499: the client left before. */
  readonly statusCode: number;
  /** IIS's sub-status; 0: none. */
  readonly subStatus: number;
  readonly remoteAddress: string;
  /** Ms from the head of the request to the end of the answer. */
  readonly responseTime: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly keepAlive: boolean;
  readonly extension?: string;
  readonly pool?: string;
  /** `threadId` of the thread that ran it. */
  readonly threadId?: number | undefined;
  /** Ms waited for a thread. */
  readonly queueMs?: number;
  /** Ms from the thread's claim to the end of the session. */
  readonly runMs?: number;
  /** `httpStatusCode` of the control block, when it is not the status that was sent. */
  readonly logStatus?: number | undefined;
  readonly logData?: string | undefined;
  readonly logParameter?: string | undefined;
  readonly errorCode?: HostErrorCode | undefined;
}

/** Where the line of each request goes. */
export interface AccessLog {
  /** @param request - its headers, for forms that have some of them */
  write(record: AccessRecord, request: { readonly headers: IncomingHttpHeaders }): void;
  /** Begins a new file, after the old one was moved away. */
  reopen(): void;
  /** Settles when every line is written. */
  close(): Promise<void>;
}
