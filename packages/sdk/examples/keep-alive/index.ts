// Says over which connection a request came, and whether it stays open: `?close` closes it.
// ISAPI: fKeepConn, HSE_REQ_IS_KEEP_CONN and HSE_STATUS_SUCCESS_AND_KEEP_CONN; the sample KeepAlive.
import {
  defineExtension,
  HSE_REQ_IS_KEEP_CONN,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VERSION,
} from '@isapi-host/sdk';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Keeps the connection open' }),

  async httpExtensionProc(ecb) {
    const isWanted = await ecb.serverSupportFunction(HSE_REQ_IS_KEEP_CONN);
    const keepConn = isWanted && ecb.queryString !== 'close';
    const port = ecb.getServerVariable('REMOTE_PORT');
    const body = `Connection from port ${port}: ${keepConn ? 'stays open' : 'closes now'}\n`;
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/plain', 'Content-Length': String(body.length) },
      keepConn,
    });
    await ecb.writeClient(body);
    return keepConn ? HSE_STATUS_SUCCESS_AND_KEEP_CONN : HSE_STATUS_SUCCESS;
  },
});
