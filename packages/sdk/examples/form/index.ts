// GET shows a form, POST shows the fields that came back: the first 48 KiB of a body are in `data`, the rest is read.
// ISAPI: the samples ReadCli and Forms; lpbData, cbTotalBytes and ReadClient.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
  type ExtensionControlBlock,
  type HseStatus,
} from '@isapi-host/sdk';
import { escapeHtml, page } from '../page.ts';

/** Largest form that is read, bytes. */
const MAX_BYTES = 1024 * 1024;

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Shows and reads a form' }),

  async httpExtensionProc(ecb) {
    if (ecb.method !== 'POST') return answer(ecb, 200, FORM);
    if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(ecb.contentType)) {
      return answer(ecb, 415, '<p>Expected a URL-encoded form.</p>');
    }
    const body = await readBody(ecb);
    if (body === undefined) {
      return answer(ecb, 413, `<p>Expected at most ${MAX_BYTES} bytes.</p>`);
    }
    return answer(ecb, 200, tableOf(new URLSearchParams(body)));
  },
});

/** The whole body; `undefined` if it is too large. */
async function readBody(ecb: ExtensionControlBlock): Promise<string | undefined> {
  const pieces = [ecb.data];
  let bytes = ecb.data.length;
  while (bytes <= MAX_BYTES) {
    const piece = await ecb.readClient(MAX_BYTES);
    if (piece.length === 0) return Buffer.concat(pieces).toString();
    pieces.push(piece);
    bytes += piece.length;
  }
  return undefined;
}

function tableOf(fields: URLSearchParams): string {
  const rows = Array.from(
    fields,
    ([name, value]) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>\n`,
  );
  return `<table>\n${rows.join('')}</table>`;
}

async function answer(
  ecb: ExtensionControlBlock,
  status: number,
  body: string,
): Promise<HseStatus> {
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
    status,
    header: { 'Content-Type': 'text/html; charset=utf-8' },
    keepConn: true,
  });
  await ecb.writeClient(page('Form', `<h1>Form</h1>\n${body}`));
  return HSE_STATUS_SUCCESS;
}

const FORM = `<form method="post">
<label>Name <input name="name" required autocomplete="off"></label>
<label>Message <textarea name="message" rows="4"></textarea></label>
<button>Send</button>
</form>`;
