// Answers with another URL of this server. It runs inside the server: the client's address bar does not change.
// ISAPI: HSE_REQ_SEND_URL; the sample Redirect, for local URLs.
import {
  defineExtension,
  HSE_REQ_SEND_URL,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
} from '@isapi-host/sdk';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Answers with another URL' }),

  async httpExtensionProc(ecb) {
    await ecb.serverSupportFunction(HSE_REQ_SEND_URL, '/samples/hello');
    return HSE_STATUS_SUCCESS;
  },
});
