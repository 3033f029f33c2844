// Shows the body of a POST, read in pieces of 4095 bytes by blocking calls. Without a length, or without a body, it
// shows a form to send one.
// ISAPI: the sample ReadCli; CONTENT_LENGTH, lpbData and a loop of ReadClient.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_ERROR,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
  isIsapiError,
  type ExtensionControlBlock,
} from '@isapi-host/sdk';
import { escapeHtml, page } from '../../page.ts';

/** Most bytes of one read. */
const PIECE_BYTES = 4095;

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Reads, blocking' }),

  httpExtensionProc(ecb) {
    ecb.serverSupportFunctionSync(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/html; charset=utf-8' },
      keepConn: false,
    });
    const announced = announcedBytes(ecb);
    if (announced === 0) {
      ecb.writeClientSync(FORM);
      return HSE_STATUS_SUCCESS;
    }

    const [before = '', after = ''] = PAGE.split(BODY);
    ecb.writeClientSync(before);
    let bytes = 0;
    for (let piece = ecb.data; piece.length > 0; piece = ecb.readClientSync(PIECE_BYTES)) {
      ecb.writeClientSync(escapeBytes(piece));
      bytes += piece.length;
    }
    if (bytes < announced) return HSE_STATUS_ERROR;
    ecb.writeClientSync(after);
    return HSE_STATUS_SUCCESS;
  },
});

/** 0: the client announced nothing. */
function announcedBytes(ecb: ExtensionControlBlock): number {
  try {
    return Number(ecb.getServerVariable('CONTENT_LENGTH'));
  } catch (error) {
    if (isIsapiError(error, 'ERROR_INVALID_INDEX')) return 0;
    throw error;
  }
}

/** Bytes as they can stand in HTML, whatever their encoding: only ASCII is replaced, and none is cut in two. */
function escapeBytes(bytes: Uint8Array): Uint8Array {
  return Buffer.from(escapeHtml(Buffer.from(bytes).toString('latin1')), 'latin1');
}

const BODY = '[body]';
const PAGE = page('ReadCli', `<h1>ReadCli</h1>\n<pre>${BODY}</pre>`);
const FORM = page(
  'ReadCli',
  `<h1>ReadCli</h1>
<p>Expected a body of known length.</p>
<form method="post">
<label>Text <textarea name="text" rows="4"></textarea></label>
<button>Send</button>
</form>`,
);
