import {
  ERROR_OPERATION_ABORTED,
  type FinalStatus,
  HSE_REQ_ABORTIVE_CLOSE,
  HSE_REQ_CLOSE_CONNECTION,
  HSE_REQ_REPORT_UNHEALTHY,
  HSE_STATUS_ERROR,
  HSE_STATUS_SUCCESS,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  type HseIoCompletionInfo,
} from '@isapi-host/sdk';
import type { Session } from '../session.ts';
import { invalid, requireObject } from './handler.ts';

/** ISAPI: HSE_REQ_DONE_WITH_SESSION. */
export function doneWithSession(session: Session, status: FinalStatus | undefined): undefined {
  const final = status ?? HSE_STATUS_SUCCESS;
  const isFinal =
    final === HSE_STATUS_SUCCESS ||
    final === HSE_STATUS_SUCCESS_AND_KEEP_CONN ||
    final === HSE_STATUS_ERROR;
  if (!isFinal) invalid(`expected HSE_STATUS_SUCCESS, _AND_KEEP_CONN or _ERROR`);
  session.doneWithSession(final);
  return undefined;
}

/** ISAPI: HSE_REQ_IO_COMPLETION. */
export function registerCompletion(session: Session, info: HseIoCompletionInfo): undefined {
  const { completion, context } = requireObject(info, 'completion, context');
  if (completion !== null && typeof completion !== 'function') {
    invalid('completion: expected a function or null');
  }
  session.io.register(completion, context);
  return undefined;
}

/** ISAPI: HSE_REQ_CANCEL_IO. */
export function cancelIo(session: Session): undefined {
  session.io.abort(ERROR_OPERATION_ABORTED);
  return undefined;
}

/** ISAPI: HSE_REQ_CLOSE_CONNECTION. */
export function closeConnection(session: Session): undefined {
  if (!session.isConnected) return undefined;
  session.close();
  session.calls.tell({ code: HSE_REQ_CLOSE_CONNECTION, input: undefined });
  return undefined;
}

/** ISAPI: HSE_REQ_ABORTIVE_CLOSE. The answer goes by the port from here on, where the host has heard of this first. */
export function abortiveClose(session: Session): undefined {
  session.writer.endByPort();
  session.calls.tell({ code: HSE_REQ_ABORTIVE_CLOSE, input: undefined });
  return undefined;
}

/** ISAPI: HSE_REQ_REPORT_UNHEALTHY. */
export function reportUnhealthy(session: Session, reason: string | undefined): undefined {
  const text = reason === undefined || reason === null ? '' : reason;
  if (typeof text !== 'string') invalid(`reason: expected a text, got ${typeof text}`);
  session.calls.tell({ code: HSE_REQ_REPORT_UNHEALTHY, input: text.slice(0, MAX_REASON) });
  return undefined;
}

const MAX_REASON = 1024;
