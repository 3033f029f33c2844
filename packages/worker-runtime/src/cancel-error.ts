import { IsapiError } from '@isapi-host/sdk';
import { CANCEL_CLIENT_GONE, CANCEL_DEADLINE } from './protocol/index.ts';

/** What the calls of a cancelled session fail with. @param reason - `CANCEL_*` */
export function cancelError(reason: number): IsapiError {
  if (reason === CANCEL_CLIENT_GONE) {
    return new IsapiError('ERROR_NETNAME_DELETED', 'the client is gone');
  }
  if (reason === CANCEL_DEADLINE) {
    return new IsapiError('ERROR_TIMEOUT', 'the deadline of the request has passed');
  }
  return new IsapiError('ERROR_OPERATION_ABORTED', 'the server is shutting down');
}
