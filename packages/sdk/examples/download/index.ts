// `?bytes=N` answers N bytes; the byte at position i is i mod 251, so that a client can check them. A piece is written
// when the client has taken the ones before, so memory stays flat.
// ISAPI: WriteClient and its back-pressure; the sample FWrite.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
} from '@isapi-host/sdk';

/** 251 KiB; a multiple of 251, so that each piece begins as the one before. */
const PIECE = new Uint8Array(251 * 1024).map((_, i) => i % 251);

/** 1 TiB. */
const MAX_BYTES = 2 ** 40;

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Sends bytes' }),

  async httpExtensionProc(ecb) {
    const text = new URLSearchParams(ecb.queryString).get('bytes') ?? '';
    const bytes = /^\d{1,15}$/.test(text) ? Number(text) : Infinity;
    const isGood = bytes <= MAX_BYTES;
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: isGood ? 200 : 400,
      header: isGood
        ? { 'Content-Type': 'application/octet-stream', 'Content-Length': text }
        : { 'Content-Type': 'text/plain' },
      keepConn: true,
    });
    if (!isGood) {
      await ecb.writeClient(`Expected ?bytes=N, a whole number from 0 to ${MAX_BYTES}\n`);
    } else if (ecb.method !== 'HEAD') {
      for (let sent = 0; sent < bytes;) {
        sent += await ecb.writeClient(PIECE.subarray(0, bytes - sent));
      }
    }
    return HSE_STATUS_SUCCESS;
  },
});
