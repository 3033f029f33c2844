// `?http://…` sends the client there, `?/…` answers with that URL of this server, anything else explains itself.
// ISAPI: the sample Redirect; HSE_REQ_SEND_URL_REDIRECT_RESP and HSE_REQ_SEND_URL.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_REQ_SEND_URL,
  HSE_REQ_SEND_URL_REDIRECT_RESP,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
} from '@isapi-host/sdk';
import { page } from '../../page.ts';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Redirects, or runs a URL' }),

  async httpExtensionProc(ecb) {
    const target = ecb.queryString;
    if (target.startsWith('/')) {
      await ecb.serverSupportFunction(HSE_REQ_SEND_URL, target);
    } else if (/^https?:\/\/./i.test(target)) {
      await ecb.serverSupportFunction(HSE_REQ_SEND_URL_REDIRECT_RESP, target);
    } else {
      await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
        status: 200,
        header: {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Length': String(Buffer.byteLength(USAGE)),
        },
        keepConn: true,
      });
      await ecb.writeClient(USAGE);
    }
    return HSE_STATUS_SUCCESS;
  },
});

const USAGE = page(
  'Redirect',
  `<h1>Redirect</h1>
<p>Expected a URL behind the question mark, as it stands:</p>
<ul>
<li><code>?http://www.example.com/</code> sends you there;</li>
<li><code>?/samples/hello</code> answers with that URL of this server.</li>
</ul>`,
);
