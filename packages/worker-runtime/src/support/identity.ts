import { HSE_REQ_REFRESH_ISAPI_ACL, type ImpersonationToken } from '@isapi-host/sdk';
import { serverVariable } from '../server-variables.ts';
import type { Session } from '../session.ts';
import { askHost, requireText, type Style } from './handler.ts';

/** ISAPI: HSE_REQ_GET_IMPERSONATION_TOKEN. */
export function impersonationToken(session: Session): ImpersonationToken {
  return Object.freeze({
    name: serverVariable(session, 'REMOTE_USER'),
    authType: serverVariable(session, 'AUTH_TYPE'),
  });
}

/** ISAPI: HSE_REQ_REFRESH_ISAPI_ACL. */
export function refreshAcl(session: Session, module: string, style: Style): unknown {
  return askHost(session, { code: HSE_REQ_REFRESH_ISAPI_ACL, input: requireText(module) }, style);
}
