// The same as `upload` with blocking calls, as extensions were written first: no promise anywhere. While a read waits,
// the thread serves nobody else, so the site gives this extension a pool of its own.
// ISAPI: ReadClient, WriteClient and ServerSupportFunction, synchronous.
import { createHash } from 'node:crypto';
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_ERROR,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
} from '@isapi-host/sdk';

/** Most bytes of one read. */
const PIECE_BYTES = 256 * 1024;

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Hashes, blocking' }),

  httpExtensionProc(ecb) {
    const hash = createHash('sha256');
    let bytes = 0;
    for (let piece = ecb.data; piece.length > 0; piece = ecb.readClientSync(PIECE_BYTES)) {
      hash.update(piece);
      bytes += piece.length;
    }
    if (bytes < (ecb.totalBytes ?? 0)) return HSE_STATUS_ERROR;

    ecb.serverSupportFunctionSync(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/plain' },
      keepConn: true,
    });
    ecb.writeClientSync(hash.digest('hex'));
    return HSE_STATUS_SUCCESS;
  },
});
