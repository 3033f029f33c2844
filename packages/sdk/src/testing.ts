import type { ExtensionControlBlock } from './control-block.ts';
import { IsapiError } from './errors.ts';
import type { Extension } from './extension.ts';
import { RecordedControlBlock } from './recorder/control-block.ts';
import type { RecordedRequest } from './recorder/request.ts';
import type { RecordedResponse } from './recorder/response.ts';
import type { Session } from './recorder/session.ts';
import {
  HSE_STATUS_ERROR,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  type FinalStatus,
} from './status.ts';

export type { RecordedRequest, RequestAnswers } from './recorder/request.ts';
export type { RecordedResponse } from './recorder/response.ts';

/** A control block for tests, and what was done with it. ISAPI: none. */
export interface ControlBlockRecorder {
  /** To hand to an extension, or to call directly. */
  readonly ecb: ExtensionControlBlock;
  /** What was answered so far; it follows every call. */
  readonly response: RecordedResponse;

  /**
   * Runs one request as a host does: asks the extension's version, calls its proc, and waits for the end of a
   * pending session; one that never ends keeps the promise open. A status that ISAPI does not know counts as
   * `HSE_STATUS_ERROR`.
   *
   * @returns the response, final
   * @throws what the extension threw; the session has ended with `HSE_STATUS_ERROR`
   * @throws IsapiError `ERROR_DLL_INIT_FAILED` - `getExtensionVersion` gave `false`
   */
  readonly run: (extension: Extension) => Promise<RecordedResponse>;

  /** Lets the client go away: the signal is aborted, reads end, and writes fail. */
  readonly disconnect: () => void;
}

/**
 * Builds a control block that needs no server: it gives the request that is described, takes what the extension
 * answers, and is dead at the end of the session. Made for one run.
 *
 * No bytes are sent and no files read; for what only a host can know, give `answers`, `files` and `variables`.
 *
 * ISAPI: none.
 */
export function recordControlBlock(request: RecordedRequest = {}): ControlBlockRecorder {
  const ecb = new RecordedControlBlock(request);
  const session = RecordedControlBlock.sessionOf(ecb);
  return {
    ecb,
    response: session.response,
    disconnect: () => {
      session.disconnect(false);
    },
    run: async (extension) => {
      session.requireAlive();
      const version = await extension.getExtensionVersion();
      if (version === false) {
        throw new IsapiError('ERROR_DLL_INIT_FAILED', 'the extension refused to start');
      }
      try {
        finish(session, await extension.httpExtensionProc(ecb));
      } catch (cause) {
        finish(session, HSE_STATUS_ERROR);
        throw cause;
      }
      await session.ended;
      return session.response;
    },
  };
}

/** What a proc may return as its last word; hosts have always taken 0 for success. */
const FINAL_STATUS: ReadonlyMap<number, FinalStatus> = new Map<number, FinalStatus>([
  [0, HSE_STATUS_SUCCESS],
  [HSE_STATUS_SUCCESS, HSE_STATUS_SUCCESS],
  [HSE_STATUS_SUCCESS_AND_KEEP_CONN, HSE_STATUS_SUCCESS_AND_KEEP_CONN],
]);

/** Ends a session by what the proc returned, unless it is pending or has ended itself. */
function finish(session: Session, returned: number): void {
  if (session.response.status !== undefined || returned === HSE_STATUS_PENDING) return;
  session.end(FINAL_STATUS.get(returned) ?? HSE_STATUS_ERROR);
}
