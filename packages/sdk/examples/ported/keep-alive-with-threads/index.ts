// The page of KeepAlive after 3 seconds (`?ms=N` says otherwise), made by two workers of the extension's own. Two more
// requests may wait for them; everybody else gets a page that says so, at once.
// ISAPI: the sample KeepAliveP; HSE_STATUS_PENDING, an own bounded queue, HSE_REQ_DONE_WITH_SESSION with keep-alive.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  defineExtension,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_ERROR,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
  type ExtensionControlBlock,
  type FinalStatus,
} from '@isapi-host/sdk';
import { page } from '../../page.ts';
import { WorkQueue } from './work-queue.ts';

const MAX_MS = 10_000;

/** Of this thread, as everything in a module is. */
const queue = new WorkQueue(2, 2);

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Has a queue of its own' }),

  async httpExtensionProc(ecb) {
    if (queue.add(() => answerLater(ecb))) return HSE_STATUS_PENDING;
    await send(ecb, BUSY);
    return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
  },
});

/** Never rejects: whatever happens, a pending session has to be ended. */
async function answerLater(ecb: ExtensionControlBlock): Promise<void> {
  let status: FinalStatus = HSE_STATUS_ERROR;
  try {
    const ms = Number(/(?:^|&)ms=(\d{1,5})(?:&|$)/.exec(ecb.queryString)?.[1] ?? 3000);
    await sleep(Math.min(ms, MAX_MS), undefined, { signal: ecb.signal });
    await send(ecb, DONE);
    status = HSE_STATUS_SUCCESS_AND_KEEP_CONN;
  } catch {
    // The client is gone or the server stops: nobody waits for the page, and the worker is free again.
  }
  await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION, status);
}

async function send(ecb: ExtensionControlBlock, html: string): Promise<void> {
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
    status: 200,
    header: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(html)),
    },
    keepConn: true,
  });
  await ecb.writeClient(html);
}

const DONE = page('KeepAliveP', '<h1>KeepAliveP</h1>\n<p>A worker of the extension made this.</p>');
const BUSY = page('KeepAliveP', '<h1>Busy</h1>\n<p>Both workers are busy, both places taken.</p>');
