import type { AnswerHead, SendPiece, SessionEnd } from './protocol/index.ts';

/** Takes what an extension writes. */
export interface SessionOutput {
  /** @returns bytes accepted; a promise, when the client is slow. @throws IsapiError - nothing more is taken */
  write(data: string | Uint8Array): number | Promise<number>;
  /** The same, but blocks the thread. */
  writeSync(data: string | Uint8Array): number;
  /**
   * Takes the head out of the first bytes of a send, when the extension may write it itself.
   *
   * @returns `undefined`: there is one already, or the host's default will do
   */
  takeHeadOf(pieces: SendPiece[]): AnswerHead | undefined;
  /** The session is over. Called once. */
  end(end: SessionEnd): void;
}
