import { HSE_REQ_GET_CONFIG_OBJECT, HSE_REQ_GET_WORKER_PROCESS_SETTINGS } from '@isapi-host/sdk';
import type { Session } from '../session.ts';
import { askHost, type Style } from './handler.ts';

/** ISAPI: HSE_REQ_GET_CONFIG_OBJECT. */
export function configObject(session: Session, _input: undefined, style: Style): unknown {
  return askHost(session, { code: HSE_REQ_GET_CONFIG_OBJECT, input: undefined }, style);
}

/** ISAPI: HSE_REQ_GET_WORKER_PROCESS_SETTINGS. */
export function workerSettings(session: Session, _input: undefined, style: Style): unknown {
  return askHost(session, { code: HSE_REQ_GET_WORKER_PROCESS_SETTINGS, input: undefined }, style);
}
