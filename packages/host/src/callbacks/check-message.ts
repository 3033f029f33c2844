import { type ThreadFault, threadFaults, type ToHost } from '@isapi-host/worker-runtime/protocol';

/**
 * Whether what came over a thread's port is a message, as far as the host would suffer from one that is not: an
 * extension that gets hold of the port can send anything.
 */
export function isToHost(message: unknown): message is ToHost {
  if (!isObject(message)) return false;
  switch (message['op']) {
    case 'write':
      return isOfSession(message) && isPiece(message['buffer'], message['length']);
    case 'call':
      return isOfSession(message) && isCount(message['callId']) && isNumber(message['code']);
    case 'read':
      return isOfSession(message) && isCount(message['bytes']);
    case 'head':
      return isOfSession(message) && isHead(message['head']);
    case 'end':
      return isOfSession(message) && isEnd(message['end']);
    case 'log':
      return (
        isLogLevel(message['level']) && isText(message['message']) && isFlat(message['fields'])
      );
    case 'fault':
      return isThreadFault(message['event']) && isFlat(message['fields']);
    case 'loaded':
      return (
        isText(message['module']) &&
        isNumber(message['version']) &&
        isText(message['description']) &&
        isText(message['stamp']) &&
        isNumber(message['loadMs'])
      );
    case 'loads-done':
      return Array.isArray(message['problems']) && message['problems'].every(isProblem);
    case 'retired':
      return true;
    default:
      return false;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isOfSession({ slot, connId }: Fields): boolean {
  return isCount(slot) && isCount(connId);
}

function isPiece(buffer: unknown, length: unknown): boolean {
  return buffer instanceof ArrayBuffer && isCount(length) && length <= buffer.byteLength;
}

function isHead(head: unknown): boolean {
  if (!isObject(head)) return false;
  const { statusCode, text, contentLength } = head;
  const isStatus = isCount(statusCode) && statusCode >= 200 && statusCode <= 599;
  return isStatus && isText(text) && (contentLength === undefined || isCount(contentLength));
}

function isEnd(end: unknown): boolean {
  if (!isObject(end)) return false;
  const { hseStatus, logStatus, logData, logParameter, error } = end;
  const isTold = isNumber(logStatus) && isText(logData) && isText(logParameter);
  return isNumber(hseStatus) && isTold && (error === undefined || isError(error));
}

function isProblem(problem: unknown): boolean {
  return isObject(problem) && isText(problem['module']) && isError(problem['error']);
}

function isError(error: unknown): boolean {
  return (
    isObject(error) && isText(error['code']) && isText(error['message']) && isText(error['stack'])
  );
}

function isThreadFault(event: unknown): event is ThreadFault {
  return threadFaults.some((fault) => fault === event);
}

function isLogLevel(level: unknown): boolean {
  return level === 'debug' || level === 'info' || level === 'warn' || level === 'error';
}

/** Fields of a log line: texts and numbers. */
function isFlat(fields: unknown): boolean {
  return (
    isObject(fields) && Object.values(fields).every((value) => isText(value) || isNumber(value))
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
