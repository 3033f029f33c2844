import type { ExecCall } from '@isapi-host/worker-runtime/protocol';
import type { CallHost } from '../call-host.ts';

/** ISAPI: HSE_REQ_EXEC_URL and HSE_REQ_SEND_URL. */
export function execUrl(host: CallHost, call: ExecCall): Promise<unknown> {
  return host.runJob((_output, started) => host.execUrl(call, started), call.replyAt);
}
