import { IsapiError } from '@isapi-host/sdk';
import type { CustomErrorCall } from '@isapi-host/worker-runtime/protocol';
import type { CallHost } from '../call-host.ts';

/** ISAPI: HSE_REQ_SEND_CUSTOM_ERROR. Without a page the call fails, and the extension sends its own. */
export function sendCustomError(host: CallHost, call: CustomErrorCall): Promise<unknown> {
  return host.runJob(async (_output, started) => {
    if (await host.sendErrorPage(call, started)) return { bytes: 0 };
    throw new IsapiError(
      'ERROR_FILE_NOT_FOUND',
      `no error page is configured for ${call.statusCode}.${call.subStatus}`,
    );
  }, call.replyAt);
}
