// `?/a/url` sends the file behind that URL: the extension writes the whole head itself, in the bytes that go before
// the file, and the server closes the connection. For the profile classic.
// ISAPI: the sample FTrans; HSE_REQ_MAP_URL_TO_PATH_EX, HSE_REQ_TRANSMIT_FILE with a raw head and a completion.
import {
  defineExtension,
  ERROR_ACCESS_DENIED,
  HSE_IO_ASYNC,
  HSE_IO_DISCONNECT_AFTER_SEND,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_MAP_URL_TO_PATH_EX,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_REQ_TRANSMIT_FILE,
  HSE_STATUS_ERROR,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS,
  HSE_URL_FLAGS_READ,
  HSE_VERSION,
  isIsapiError,
  type ExtensionControlBlock,
  type HseIoCompletion,
  type HseStatus,
} from '@isapi-host/sdk';
import { page } from '../../page.ts';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Sends files' }),

  async httpExtensionProc(ecb) {
    if (ecb.queryString === '') return explain(ecb, 'File not specified: expected ?/a/url.');
    try {
      const file = await fileBehind(ecb, decodeURIComponent(ecb.queryString));
      if (file === undefined) return await explain(ecb, failure(ERROR_ACCESS_DENIED));
      await ecb.serverSupportFunction(HSE_REQ_TRANSMIT_FILE, {
        file,
        head: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n',
        flags: HSE_IO_ASYNC | HSE_IO_DISCONNECT_AFTER_SEND,
        completion,
      });
      return HSE_STATUS_PENDING;
    } catch (error) {
      if (isIsapiError(error)) return explain(ecb, failure(error.number));
      if (error instanceof URIError) return explain(ecb, 'The name of the file is not UTF-8.');
      throw error;
    }
  },
});

const completion: HseIoCompletion = async (ecb, _context, _bytes, error) => {
  const status = error === 0 ? HSE_STATUS_SUCCESS : HSE_STATUS_ERROR;
  await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION, status);
};

/** The path of a file that anybody may read; `undefined`: the folder does not allow it. */
async function fileBehind(ecb: ExtensionControlBlock, url: string): Promise<string | undefined> {
  const { path, flags } = await ecb.serverSupportFunction(HSE_REQ_MAP_URL_TO_PATH_EX, url);
  return (flags & HSE_URL_FLAGS_READ) === 0 ? undefined : path;
}

function failure(number: number): string {
  return `The file cannot be opened: error ${number}.`;
}

async function explain(ecb: ExtensionControlBlock, text: string): Promise<HseStatus> {
  await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
    status: 200,
    header: { 'Content-Type': 'text/html; charset=utf-8' },
    keepConn: false,
  });
  await ecb.writeClient(page('FTrans', `<h1>FTrans</h1>\n<p>${text}</p>`));
  return HSE_STATUS_SUCCESS;
}
