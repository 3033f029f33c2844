// A wildcard map that turns texts into upper case on their way in: it reads the body of a request, and runs the
// request again with a body of its own.
// ISAPI: the sample UpCaseMap; pEntity of HSE_REQ_EXEC_URL, and HSE_REQ_SEND_CUSTOM_ERROR with a page in reserve.
import {
  defineExtension,
  HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR,
  HSE_REQ_EXEC_URL,
  HSE_REQ_SEND_CUSTOM_ERROR,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
  isIsapiError,
  type ExtensionControlBlock,
} from '@isapi-host/sdk';
import { page } from '../../page.ts';

/** Longest text that is turned, bytes. */
const MAX_BYTES = 64 * 1024;
const TOO_LARGE = '413 Content Too Large';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Upper-cases texts' }),

  async httpExtensionProc(ecb) {
    if (!/^text\//i.test(ecb.contentType) || ecb.totalBytes === 0) {
      await passOn(ecb, undefined);
      return HSE_STATUS_SUCCESS;
    }
    const text = await readText(ecb);
    if (text === undefined) await refuse(ecb);
    else await passOn(ecb, upperCase(text));
    return HSE_STATUS_SUCCESS;
  },
});

/** @param entity - body of the request that goes on; `undefined`: the one it has */
async function passOn(ecb: ExtensionControlBlock, entity: Uint8Array | undefined): Promise<void> {
  const flags = HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR;
  await ecb.serverSupportFunction(HSE_REQ_EXEC_URL, { entity, flags });
}

/** The whole body; `undefined` if it is too long. */
async function readText(ecb: ExtensionControlBlock): Promise<Buffer | undefined> {
  if ((ecb.totalBytes ?? 0) > MAX_BYTES) return undefined;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (let piece = ecb.data; piece.length > 0; piece = await ecb.readClient(MAX_BYTES)) {
    bytes += piece.length;
    if (bytes > MAX_BYTES) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Letters of ASCII only, so that the text keeps its length in any encoding that has them. */
function upperCase(text: Uint8Array): Uint8Array {
  return text.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte));
}

async function refuse(ecb: ExtensionControlBlock): Promise<void> {
  try {
    await ecb.serverSupportFunction(HSE_REQ_SEND_CUSTOM_ERROR, { status: TOO_LARGE, subError: 0 });
  } catch (error) {
    if (!isIsapiError(error, 'ERROR_FILE_NOT_FOUND')) throw error;
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: TOO_LARGE,
      header: { 'Content-Type': 'text/html; charset=utf-8' },
      keepConn: false,
    });
    await ecb.writeClient(page('UpCaseMap', `<h1>${TOO_LARGE}</h1>`));
  }
}
