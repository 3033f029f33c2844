// `?file=/a/url+chunksize=n` sends the file behind that URL in chunks that the extension makes by hand, n bytes each
// (1024 unless it says otherwise). For the profile classic: there the host leaves the framing to the extension.
// ISAPI: the sample CTETEST and KB 278998; Transfer-Encoding of the extension's own.
import { open } from 'node:fs/promises';
import {
  defineExtension,
  HSE_REQ_MAP_URL_TO_PATH_EX,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_ERROR,
  HSE_STATUS_SUCCESS,
  HSE_URL_FLAGS_READ,
  HSE_VERSION,
  type ExtensionControlBlock,
  type HseStatus,
} from '@isapi-host/sdk';
import { page } from '../../page.ts';

const QUERY = /^file=(\/[^+&]*)(?:\+chunksize=(\d{1,6}))?$/;
const MAX_CHUNK_BYTES = 64 * 1024;

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Makes chunks by hand' }),

  async httpExtensionProc(ecb) {
    const [, url, size = '1024'] = QUERY.exec(ecb.queryString) ?? [];
    const chunkBytes = Number(size);
    if (url === undefined || chunkBytes === 0 || chunkBytes > MAX_CHUNK_BYTES) return explain(ecb);
    const mapped = await ecb.serverSupportFunction(HSE_REQ_MAP_URL_TO_PATH_EX, url);
    if ((mapped.flags & HSE_URL_FLAGS_READ) === 0) return HSE_STATUS_ERROR;
    return sendFile(ecb, mapped.path, chunkBytes);
  },
});

async function sendFile(
  ecb: ExtensionControlBlock,
  path: string,
  chunkBytes: number,
): Promise<HseStatus> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return HSE_STATUS_ERROR;
  try {
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/plain', 'Transfer-Encoding': 'chunked' },
      keepConn: true,
    });
    const chunk = Buffer.alloc(chunkBytes);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes);
      await ecb.writeClient(`${bytesRead.toString(16)}\r\n`);
      await ecb.writeClient(chunk.subarray(0, bytesRead));
      // After the last chunk, of no bytes, this is the end of the trailers.
      await ecb.writeClient('\r\n');
      if (bytesRead === 0) return HSE_STATUS_SUCCESS;
    }
  } finally {
    await file.close();
  }
}

async function explain(ecb: ExtensionControlBlock): Promise<HseStatus> {
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
    status: 200,
    header: { 'Content-Type': 'text/html; charset=utf-8' },
    keepConn: false,
  });
  await ecb.writeClient(
    page(
      'CTETEST',
      `<h1>CTETEST</h1>\n<p>Expected <code>?file=/a/url+chunksize=n</code>, n up to ${MAX_CHUNK_BYTES}.</p>`,
    ),
  );
  return HSE_STATUS_SUCCESS;
}
