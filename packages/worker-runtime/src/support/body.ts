import {
  ERROR_OPERATION_ABORTED,
  HSE_IO_ASYNC,
  type HseAsyncReadClientInfo,
} from '@isapi-host/sdk';
import type { Session } from '../session.ts';
import { invalid, requireCount, requireObject } from './handler.ts';

/** ISAPI: HSE_REQ_ASYNC_READ_CLIENT. */
export function asyncRead(session: Session, info: HseAsyncReadClientInfo): undefined {
  const { buffer, size, flags } = requireObject(info, 'buffer, size, flags');
  if (!(buffer instanceof Uint8Array)) invalid('buffer: expected a Uint8Array');
  const most = requireCount(size ?? buffer.length, 'size');
  if (most > buffer.length) invalid(`size ${most} is more than the buffer's ${buffer.length}`);
  if (flags !== HSE_IO_ASYNC) invalid('flags: expected HSE_IO_ASYNC');
  const { body } = session;
  const operation = session.io.begin(undefined, () => {
    body.cancelReads();
  });
  body.readPatiently(most).then(
    (bytes) => {
      buffer.set(bytes);
      operation.finish(bytes.length);
    },
    () => {
      // Cancelled: the session has ended the operation with the reason.
      operation.finish(0, ERROR_OPERATION_ABORTED);
    },
  );
  return undefined;
}
