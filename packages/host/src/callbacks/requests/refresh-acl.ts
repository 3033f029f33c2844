import { IsapiError } from '@isapi-host/sdk';
import type { CallHost } from '../call-host.ts';

/** ISAPI: HSE_REQ_REFRESH_ISAPI_ACL. The list of what may run stands for the life of a host, so it is looked at only. */
export function refreshAcl(host: CallHost, module: string): undefined {
  if (host.isListed(module)) return undefined;
  throw new IsapiError('ERROR_FILE_NOT_FOUND', 'no listed extension has this module');
}
