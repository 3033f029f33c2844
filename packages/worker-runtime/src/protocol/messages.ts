import type { MessagePort } from 'node:worker_threads';
import type { HseTerm } from '@isapi-host/sdk';
import type { SiteTable } from './site-table.ts';
import type { WireError } from './wire-error.ts';

/*
 * What host and thread say to each other over the thread's port. A message about a session names its slot and,
 * so that a late one cannot reach the slot's next request, its connId.
 *
 * Order: messages of one session are handled in the order they were sent, on both sides. A session whose
 * `head` went by the port ends by the port; any other ends in its slot.
 */

/** Either way: look at the rings. The only message that is not an object. */
export const WAKE = 0;

/** Answer bytes a session may have under way to its client before writeClient waits. */
export const WRITE_WINDOW_BYTES: number = 1024 * 1024;

/** Body bytes a session asks for ahead of readClient. */
export const READ_WINDOW_BYTES: number = 1024 * 1024;

/** What every thread of a pool is started with. */
export interface ThreadSettings {
  readonly slab: SharedArrayBuffer;
  readonly pool: string;
  /** Files that threads of the pool have loaded, in which state: all run the same. */
  readonly stamps: ReadonlyMap<string, string>;
  readonly site: SiteTable;
  readonly profile: 'modern' | 'classic';
  readonly sessionsPerThread: number;
  /** The file in which requests are noted as they are begun; `undefined`: they are not. */
  readonly claimsFile: number | undefined;
  /** Longest a module and its getExtensionVersion may take, ms. */
  readonly loadTimeoutMs: number;
  /** How much is logged: 0 nothing, 1 fatal, 2 error, 3 warning, 4 information, 5 everything. */
  readonly traceLevel: number;
  /** `SERVER_SOFTWARE`. */
  readonly serverSoftware: string;
  /** Modules to load before the first request. */
  readonly preload: readonly { readonly name: string; readonly module: string }[];
  /** Keep extensions loaded until the thread ends; else unload one when its last session has ended. */
  readonly cacheExtensions: boolean;
  /** Warn of what IIS would refuse or hang on. */
  readonly strictIsapi: boolean;
  /** `AUTH_PASSWORD` holds the password of Basic credentials. */
  readonly exposePassword: boolean;
  /** Longest wait of one readClient for the client, ms; 0: no limit. */
  readonly readTimeoutMs: number;
}

/** Thread to host, through Piscina, instead of `Hello`: a file is not what other threads have loaded. It goes. */
export interface Changed {
  readonly changed: string;
  readonly threadId: number;
}

/** Thread to host, through Piscina, once: the thread's end of the port. */
export interface Hello {
  readonly hello: number;
  readonly thread: number;
  readonly threadId: number;
  readonly port: MessagePort;
}

/** What a module says of itself when it is loaded, or what is wrong with it. */
export type ModuleFinding =
  | { readonly version: number; readonly description: string; readonly problem?: undefined }
  | { readonly problem: string };

/** Status line and headers of an answer, checked by the thread. */
export interface AnswerHead {
  readonly statusCode: number;
  /** Status line and header lines, each ended by CR LF, without framing headers and without the empty line. */
  readonly text: string;
  /** Content-Length given by the extension. */
  readonly contentLength: number | undefined;
  /** What the extension wishes for the connection; `by-status`: its final status tells (profile classic only). */
  readonly keepConn: boolean | 'by-status';
  readonly hasDate: boolean;
  readonly hasServer: boolean;
}

/** How a session ended. */
export interface SessionEnd {
  /** `HSE_STATUS_*` that ended it. */
  readonly hseStatus: number;
  /** `httpStatusCode` of the control block, for the log; 0: the extension left it alone. */
  readonly logStatus: number;
  readonly logData: string;
  /** Texts of HSE_APPEND_LOG_PARAMETER, joined. */
  readonly logParameter: string;
  /** What failed, when it did. */
  readonly error: WireError | undefined;
}

interface OfSession {
  readonly slot: number;
  readonly connId: number;
}

export interface HeadMessage extends OfSession {
  readonly op: 'head';
  readonly head: AnswerHead;
}
/** The first `length` bytes of a buffer, which comes back with the credit for them. */
export interface WriteMessage extends OfSession {
  readonly op: 'write';
  readonly buffer: ArrayBuffer;
  readonly length: number;
}
export interface EndMessage extends OfSession {
  readonly op: 'end';
  readonly end: SessionEnd;
}
/** Allows the host to send this many body bytes more. */
export interface ReadMessage extends OfSession {
  readonly op: 'read';
  readonly bytes: number;
}
/** A request code that needs the host. */
export interface CallMessage extends OfSession {
  readonly op: 'call';
  readonly callId: number;
  readonly code: number;
  readonly input: unknown;
}
/** A line for the log. */
export interface LogMessage {
  readonly op: 'log';
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, string | number>>;
}
/** An extension is loaded and has said its version. */
export interface LoadedMessage {
  readonly op: 'loaded';
  readonly module: string;
  readonly version: number;
  readonly description: string;
  /** State of its file when it was loaded. */
  readonly stamp: string;
  readonly loadMs: number;
}
/** The modules of a `load` have been tried. */
export interface LoadsDoneMessage {
  readonly op: 'loads-done';
  readonly problems: readonly LoadProblem[];
}
/** Why a module cannot serve. */
export interface LoadProblem {
  readonly module: string;
  readonly error: WireError;
}
/** Faults that only the thread can see; docs/reliability.md says what each costs. */
export const threadFaults = [
  'ext.afterdone',
  'ext.badheader',
  'ext.badstatus',
  'ext.denied',
  'ext.flood',
  'ext.framing',
  'ext.late',
  'ext.leftover',
  'ext.logflood',
  'ext.misuse',
  'ext.terminate',
] as const;
export type ThreadFault = (typeof threadFaults)[number];

/** Something an extension did that it should not. */
export interface FaultMessage {
  readonly op: 'fault';
  readonly event: ThreadFault;
  readonly fields: Readonly<Record<string, string | number>>;
}
/** The thread has terminated its extensions and is about to exit. */
export interface RetiredMessage {
  readonly op: 'retired';
}

export type ToHost =
  | HeadMessage
  | WriteMessage
  | EndMessage
  | ReadMessage
  | CallMessage
  | LogMessage
  | FaultMessage
  | LoadedMessage
  | LoadsDoneMessage
  | RetiredMessage;

/** The next bytes of a request body; with `ended` the last. Their memory becomes the thread's. */
export interface ChunkMessage extends OfSession {
  readonly op: 'chunk';
  readonly chunks: readonly Uint8Array[];
  readonly ended: boolean;
}
/** Answer bytes that the client's connection has taken, and the buffers they came in. */
export interface CreditMessage extends OfSession {
  readonly op: 'credit';
  readonly bytes: number;
  readonly buffers: readonly ArrayBuffer[];
}
export interface ReplyMessage extends OfSession {
  readonly op: 'reply';
  readonly callId: number;
  readonly outcome:
    | { readonly ok: true; readonly value: unknown }
    | { readonly ok: false; readonly error: WireError };
}
/** An operation that started has ended: what its completion learns. */
export interface CompletionMessage extends OfSession {
  readonly op: 'completion';
  readonly callId: number;
  readonly bytes: number;
  /** 0 or a Win32 error number. */
  readonly error: number;
  /** What the request code gives, where it gives something. */
  readonly value: unknown;
}
/** The session should end; the reason also stands in its slot. */
export interface CancelMessage extends OfSession {
  readonly op: 'cancel';
  readonly reason: number;
}
/** Load modules now, and say with `loads-done` what became of it. */
export interface LoadMessage {
  readonly op: 'load';
  readonly modules: readonly string[];
}
/** Terminate the extensions, then exit. */
export interface RetireMessage {
  readonly op: 'retire';
  readonly flags: HseTerm;
}

export type ToThread =
  | ChunkMessage
  | CreditMessage
  | ReplyMessage
  | CompletionMessage
  | CancelMessage
  | LoadMessage
  | RetireMessage;
