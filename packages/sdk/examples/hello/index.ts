// The smallest extension: the same short answer to every request.
// ISAPI: the sample Simple.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
} from '@isapi-host/sdk';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Says hello' }),

  async httpExtensionProc(ecb) {
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/plain' },
      keepConn: true,
    });
    await ecb.writeClient('Hello');
    return HSE_STATUS_SUCCESS;
  },
});
