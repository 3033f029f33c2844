// Answers by its file: it lies in a folder with `execute` access, so its URL is its place. What follows in the URL is
// PATH_INFO. Plain JavaScript, loaded as it stands.
// ISAPI: /scripts/hello.dll/and/more.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
} from '@isapi-host/sdk';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Answers by its file' }),

  async httpExtensionProc(ecb) {
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/plain; charset=utf-8' },
      keepConn: true,
    });
    for (const name of ['SCRIPT_NAME', 'PATH_INFO', 'PATH_TRANSLATED', 'QUERY_STRING']) {
      await ecb.writeClient(`${name}: ${ecb.getServerVariable(name)}\n`);
    }
    return HSE_STATUS_SUCCESS;
  },
});
