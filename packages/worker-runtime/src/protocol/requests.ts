import type { NamedUser } from './control-block.ts';
import type { AnswerHead } from './messages.ts';

/*
 * What a thread asks of the host with a `call`, and what comes back, by request code. Everything was checked by the
 * thread; the host checks again only what its own state depends on.
 */

/** Stops the flow of the body: once the reply is here, so is every byte that was under way. No code of ISAPI. */
export const CALL_STOP_BODY = -1;

/** A piece of a send: bytes, or a part of a file that the host reads. */
export type SendPiece =
  | { readonly bytes: Uint8Array }
  | {
      readonly file: string | number;
      readonly offset: number;
      /** 0: all from `offset` on. */
      readonly size: number;
    };

/** Input of TRANSMIT_FILE and VECTOR_SEND. */
export interface SendCall {
  /** Sent first; `undefined`: the answer has begun. */
  readonly head: AnswerHead | undefined;
  readonly pieces: readonly SendPiece[];
  /** Nothing follows: the host may say how long the answer is. */
  readonly isWhole: boolean;
  /** Close the connection afterwards. */
  readonly disconnects: boolean;
  /** `start`: reply when the operation has started, and report its end by a `completion`. */
  readonly replyAt: 'start' | 'end';
}

/** Input of EXEC_URL, and with `isSendUrl` of SEND_URL. */
export interface ExecCall {
  /** For a child that sends its body only, when the answer has not begun. */
  readonly head: AnswerHead | undefined;
  readonly url: string | undefined;
  readonly method: string | undefined;
  /** Header block that replaces the parent's. */
  readonly headers: string | undefined;
  /** `undefined`: the parent's. */
  readonly user: NamedUser | undefined;
  /** Body bytes that come first. */
  readonly entity: Uint8Array | undefined;
  /** What the host has not sent to the parent follows `entity`. */
  readonly handsOverBody: boolean;
  readonly flags: number;
  /** The parent has begun the answer: the child sends its body only. */
  readonly isEmbedded: boolean;
  readonly isSendUrl: boolean;
  readonly replyAt: 'start' | 'end';
}

/** Output of EXEC_URL. ISAPI: `HSE_EXEC_URL_STATUS`. */
export interface ExecOutcome {
  readonly statusCode: number;
  readonly subStatus: number;
  /** 0, or why no child ran. */
  readonly win32Error: number;
  /** The response is complete, or can no longer be the parent's. */
  readonly hasAnswered: boolean;
}

/** Input of SEND_CUSTOM_ERROR. */
export interface CustomErrorCall {
  /** Status line with its CR LF. */
  readonly statusLine: string;
  readonly statusCode: number;
  readonly subStatus: number;
  readonly replyAt: 'start' | 'end';
}
