// One small page, whatever the method and the path, and the connection closes.
// ISAPI: the sample Simple; HSE_REQ_SEND_RESPONSE_HEADER_EX without fKeepConn, and a blocking WriteClient.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
} from '@isapi-host/sdk';
import { page } from '../../page.ts';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'One small page' }),

  httpExtensionProc(ecb) {
    ecb.serverSupportFunctionSync(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/html; charset=utf-8' },
      keepConn: false,
    });
    ecb.writeClientSync(page('Simple', '<h1>Simple</h1>\n<p>An extension wrote this page.</p>'));
    return HSE_STATUS_SUCCESS;
  },
});
