// Headers at once, the page 5 seconds later (`?ms=N` says otherwise), then the connection closes. The proc returns
// long before that.
// ISAPI: the sample WorkerThread; HSE_STATUS_PENDING, HSE_REQ_DONE_WITH_SESSION, and a TerminateExtension that waits.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  defineExtension,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_REQ_SET_FLUSH_FLAG,
  HSE_STATUS_ERROR,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
  type ExtensionControlBlock,
  type FinalStatus,
} from '@isapi-host/sdk';
import { page } from '../../page.ts';

const MAX_MS = 10_000;

/** What the extension still does. */
const running = new Set<Promise<void>>();

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Answers from elsewhere' }),

  httpExtensionProc(ecb) {
    const work = answerLater(ecb).finally(() => running.delete(work));
    running.add(work);
    return HSE_STATUS_PENDING;
  },

  async terminateExtension() {
    await Promise.all(running);
  },
});

/** Never rejects: whatever happens, a pending session has to be ended. */
async function answerLater(ecb: ExtensionControlBlock): Promise<void> {
  let status: FinalStatus = HSE_STATUS_ERROR;
  try {
    await ecb.serverSupportFunction(HSE_REQ_SET_FLUSH_FLAG, true);
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/html; charset=utf-8' },
      keepConn: false,
    });
    const ms = Number(/(?:^|&)ms=(\d{1,5})(?:&|$)/.exec(ecb.queryString)?.[1] ?? 5000);
    await sleep(Math.min(ms, MAX_MS), undefined, { signal: ecb.signal });
    await ecb.writeClient(page('WorkerThread', '<h1>WorkerThread</h1>\n<p>Here at last.</p>'));
    status = HSE_STATUS_SUCCESS;
  } catch {
    // The client is gone or the server stops: nobody waits for the page.
  }
  await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION, status);
}
