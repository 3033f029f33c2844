// Counts its requests. Each thread has its own copy of a module and keeps it loaded, so each thread counts for itself.
// TypeScript, loaded as it stands: there is no build step between this file and its URL.
// ISAPI: GetExtensionVersion once, HttpExtensionProc per request, TerminateExtension at the end.
import { threadId } from 'node:worker_threads';
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
  type HseTerm,
} from '@isapi-host/sdk';

let visits = 0;

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Counts visits' }),

  async httpExtensionProc(ecb) {
    visits += 1;
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-store' },
      keepConn: true,
    });
    await ecb.writeClient(`Visit ${visits} of thread ${threadId}\n`);
    return HSE_STATUS_SUCCESS;
  },

  terminateExtension(_flags: HseTerm) {
    visits = 0; // nothing to release: an extension with files or sockets closes them here
  },
});
