// Counts and shows the body of a request, read by asynchronous operations of 48 KiB, each started by the completion
// of the one before. With a body of 5 bytes or less it shows a form.
// ISAPI: the sample AReadCli; HSE_REQ_IO_COMPLETION, HSE_REQ_ASYNC_READ_CLIENT, HSE_REQ_DONE_WITH_SESSION.
import {
  defineExtension,
  HSE_IO_ASYNC,
  HSE_REQ_ASYNC_READ_CLIENT,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_IO_COMPLETION,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_ERROR,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
  type ExtensionControlBlock,
  type HseIoCompletion,
} from '@isapi-host/sdk';
import { escapeHtml, page } from '../../page.ts';

/** Most bytes of one read. */
const PIECE_BYTES = 48 * 1024;
/** Most bytes that are shown; what follows is only counted. */
const MAX_SHOWN_BYTES = 64 * 1024;

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Reads by completions' }),

  async httpExtensionProc(ecb) {
    if ((ecb.totalBytes ?? Infinity) <= 5) {
      await send(ecb, FORM);
      return HSE_STATUS_SUCCESS;
    }
    const reading = { ecb, buffer: new Uint8Array(PIECE_BYTES), shown: [ecb.data], bytes: 0 };
    reading.bytes = ecb.data.length;
    await ecb.serverSupportFunction(HSE_REQ_IO_COMPLETION, { completion, context: reading });
    await readOn(reading);
    return HSE_STATUS_PENDING;
  },
});

/** A request whose body is being read. */
interface Reading {
  readonly ecb: ExtensionControlBlock;
  readonly buffer: Uint8Array;
  readonly shown: Uint8Array[];
  bytes: number;
}

const completion: HseIoCompletion = async (ecb, context, bytes, error) => {
  const reading = context as Reading;
  if (bytes > 0) {
    if (reading.bytes < MAX_SHOWN_BYTES) reading.shown.push(reading.buffer.slice(0, bytes));
    reading.bytes += bytes;
    await readOn(reading);
    return;
  }
  // No bytes are the end of the body, or of the client.
  const isWhole = error === 0 && reading.bytes === (ecb.totalBytes ?? reading.bytes);
  if (isWhole) await send(ecb, reportOf(reading));
  const status = isWhole ? HSE_STATUS_SUCCESS : HSE_STATUS_ERROR;
  await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION, status);
};

async function readOn({ ecb, buffer }: Reading): Promise<void> {
  await ecb.serverSupportFunction(HSE_REQ_ASYNC_READ_CLIENT, { buffer, flags: HSE_IO_ASYNC });
}

function reportOf({ ecb, shown, bytes }: Reading): string {
  const text = Buffer.concat(shown).subarray(0, MAX_SHOWN_BYTES).toString();
  return page(
    'AReadCli',
    `<h1>AReadCli</h1>
<p>Announced: ${ecb.totalBytes ?? 'nothing'}. Read ahead: ${ecb.data.length}. Read: ${bytes}.</p>
<pre>${escapeHtml(text)}</pre>`,
  );
}

async function send(ecb: ExtensionControlBlock, html: string): Promise<void> {
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
    status: 200,
    header: { 'Content-Type': 'text/html; charset=utf-8' },
    keepConn: true,
  });
  await ecb.writeClient(html);
}

const FORM = page(
  'AReadCli',
  `<h1>AReadCli</h1>
<form method="post">
<label>Text of more than 5 bytes <textarea name="text" rows="4"></textarea></label>
<button>Send</button>
</form>`,
);
