// A page of known length over a connection that stays open.
// ISAPI: the sample KeepAlive; fKeepConn, Content-Length and HSE_STATUS_SUCCESS_AND_KEEP_CONN.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
} from '@isapi-host/sdk';
import { page } from '../../page.ts';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Keeps the connection' }),

  async httpExtensionProc(ecb) {
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Length': String(Buffer.byteLength(FORM)),
        // IIS 4 and 5 wanted this for HTTP/1.0; here the host writes its own.
        Connection: 'Keep-Alive',
      },
      keepConn: true,
    });
    await ecb.writeClient(FORM);
    return HSE_STATUS_SUCCESS_AND_KEEP_CONN;
  },
});

const FORM = page(
  'KeepAlive',
  `<h1>KeepAlive</h1>
<form method="post">
<label>Text <input name="text" autocomplete="off"></label>
<button>Send over the same connection</button>
</form>`,
);
