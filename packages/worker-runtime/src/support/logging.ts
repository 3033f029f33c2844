import { createHash } from 'node:crypto';
import {
  HSE_REQ_RAISE_TRACE_EVENT,
  type HseTraceInfo,
  type HttpTraceConfiguration,
  type HttpTraceEvent,
} from '@isapi-host/sdk';
import type { Session } from '../session.ts';
import { invalid, requireObject, requireText } from './handler.ts';

/** Characters kept of what HSE_APPEND_LOG_PARAMETER appends. */
const MAX_LOG_PARAMETER = 1024;

/** ISAPI: HSE_APPEND_LOG_PARAMETER; several add up. */
export function appendLog(session: Session, text: string): undefined {
  if (typeof text !== 'string') invalid(`expected a text, got ${typeof text}`);
  const line = text.replace(/[\r\n\0]+/g, ' ');
  session.logParameter = (session.logParameter + line).slice(0, MAX_LOG_PARAMETER);
  return undefined;
}

/** ISAPI: HSE_REQ_GET_TRACE_INFO. The id is made of the request's id in the log, so that the two can be joined. */
export function traceInfo(session: Session): HseTraceInfo {
  const { requestId } = session.request.init;
  const id = createHash('sha256').update(requestId).digest().subarray(0, 16);
  return {
    traceRequest: session.thread.settings.traceLevel === 5,
    traceContextId: new Uint8Array(id),
  };
}

/** ISAPI: HSE_REQ_GET_TRACE_INFO_EX. */
export function traceConfiguration(session: Session): HttpTraceConfiguration {
  const { traceLevel } = session.thread.settings;
  return { providerEnabled: traceLevel > 0, verbosity: traceLevel };
}

/** ISAPI: HSE_REQ_RAISE_TRACE_EVENT. */
export function raiseTraceEvent(session: Session, event: HttpTraceEvent): undefined {
  const { eventName, verbosity = 5, eventItems = {} } = requireObject(event, 'eventName');
  requireText(eventName);
  if (![1, 2, 3, 4, 5].includes(verbosity)) invalid(`verbosity: expected 1 to 5`);
  if (typeof eventItems !== 'object' || eventItems === null) {
    invalid('eventItems: expected an object');
  }
  const fields: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(eventItems).slice(0, MAX_ITEMS)) {
    fields[name.slice(0, MAX_TEXT)] = fieldOf(value);
  }
  const { requestId, extension } = session.request.init;
  // One object in the line: no name of an extension's can stand for one of the host's.
  session.calls.tell({
    code: HSE_REQ_RAISE_TRACE_EVENT,
    input: {
      verbosity,
      fields: { reqId: requestId, extension, event: eventName.slice(0, MAX_TEXT), items: fields },
    },
  });
  return undefined;
}

const MAX_ITEMS = 64;
const MAX_TEXT = 1024;

function fieldOf(value: unknown): string | number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string') return value.slice(0, MAX_TEXT);
  if (typeof value === 'boolean') return String(value);
  return invalid('eventItems: expected texts, numbers and booleans');
}
