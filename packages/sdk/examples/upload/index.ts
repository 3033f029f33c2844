// Answers a body of any size with its SHA-256. A piece is read when the one before has been used, so memory stays flat.
// ISAPI: ReadClient; 0 bytes before cbTotalBytes have come means that the client is gone.
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
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Hashes what is uploaded' }),

  async httpExtensionProc(ecb) {
    const hash = createHash('sha256');
    let bytes = 0;
    for (let piece = ecb.data; piece.length > 0; piece = await ecb.readClient(PIECE_BYTES)) {
      hash.update(piece);
      bytes += piece.length;
    }
    if (bytes < (ecb.totalBytes ?? 0)) return HSE_STATUS_ERROR;

    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/plain' },
      keepConn: true,
    });
    await ecb.writeClient(hash.digest('hex'));
    return HSE_STATUS_SUCCESS;
  },
});
