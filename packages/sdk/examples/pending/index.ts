// Answers three seconds later (`?ms=N` says otherwise). The proc returns at once, so the thread is free meanwhile.
// ISAPI: HSE_STATUS_PENDING and HSE_REQ_DONE_WITH_SESSION; the samples WorkerThread and KeepAliveP.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  defineExtension,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_ERROR,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
  type ExtensionControlBlock,
  type FinalStatus,
} from '@isapi-host/sdk';

const MAX_MS = 10_000;

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Answers later' }),

  httpExtensionProc(ecb) {
    const ms = Number(/(?:^|&)ms=(\d{1,5})(?:&|$)/.exec(ecb.queryString)?.[1] ?? 3000);
    void answerLater(ecb, Math.min(ms, MAX_MS));
    return HSE_STATUS_PENDING;
  },
});

/** Never rejects: whatever happens, a pending session has to be ended. */
async function answerLater(ecb: ExtensionControlBlock, ms: number): Promise<void> {
  let status: FinalStatus = HSE_STATUS_ERROR;
  try {
    await sleep(ms, undefined, { signal: ecb.signal });
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/plain' },
      keepConn: true,
    });
    await ecb.writeClient(`Answered ${ms} ms later\n`);
    status = HSE_STATUS_SUCCESS;
  } catch {
    // The client is gone or the server stops: nobody waits for the answer.
  }
  await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION, status);
}
