// A wildcard map that looks each URL up in a table: another URL of this server runs in its place, the client is sent
// elsewhere, an error page answers, or the request is passed on.
// ISAPI: the sample ReMapUrl; HSE_REQ_EXEC_URL with HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR, and 403.18.
import {
  defineExtension,
  HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR,
  HSE_REQ_EXEC_URL,
  HSE_REQ_GET_EXEC_URL_STATUS,
  HSE_REQ_SEND_CUSTOM_ERROR,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_REQ_SEND_URL_REDIRECT_RESP,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
  isIsapiError,
  type ExtensionControlBlock,
} from '@isapi-host/sdk';
import { page } from '../../page.ts';
import { TABLE, type Target } from './table.ts';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Maps URLs to others' }),

  async httpExtensionProc(ecb) {
    const target = TABLE.get(ecb.getServerVariable('SCRIPT_NAME')) ?? { kind: 'pass' };
    await follow(ecb, target);
    return HSE_STATUS_SUCCESS;
  },
});

async function follow(ecb: ExtensionControlBlock, target: Target): Promise<void> {
  switch (target.kind) {
    case 'pass':
      await ecb.serverSupportFunction(HSE_REQ_EXEC_URL, {
        flags: HSE_EXEC_URL_IGNORE_CURRENT_INTERCEPTOR,
      });
      return;
    case 'error':
      return sendError(ecb, target.status, target.subError);
    case 'redirect':
      await ecb.serverSupportFunction(HSE_REQ_SEND_URL_REDIRECT_RESP, withQuery(ecb, target.url));
      return;
    case 'run':
      return run(ecb, withQuery(ecb, target.url));
    default:
      return target satisfies never;
  }
}

/** Runs a URL in place of this one. One of another pool cannot be: the client has to ask for it itself. */
async function run(ecb: ExtensionControlBlock, url: string): Promise<void> {
  try {
    await ecb.serverSupportFunction(HSE_REQ_EXEC_URL, { url });
  } catch (error) {
    if (!isIsapiError(error, 'ERROR_ACCESS_DENIED')) throw error;
    const { statusCode, subStatus } = await ecb.serverSupportFunction(HSE_REQ_GET_EXEC_URL_STATUS);
    if (statusCode !== 403 || subStatus !== 18) throw error;
    await ecb.serverSupportFunction(HSE_REQ_SEND_URL_REDIRECT_RESP, url);
  }
}

/** The page that the operator configured for an error; without one a page of the extension's. */
async function sendError(
  ecb: ExtensionControlBlock,
  status: string,
  subError: number,
): Promise<void> {
  try {
    await ecb.serverSupportFunction(HSE_REQ_SEND_CUSTOM_ERROR, { status, subError });
  } catch (error) {
    if (!isIsapiError(error, 'ERROR_FILE_NOT_FOUND')) throw error;
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status,
      header: { 'Content-Type': 'text/html; charset=utf-8' },
      keepConn: true,
    });
    await ecb.writeClient(page(status, `<h1>${status}</h1>`));
  }
}

function withQuery({ queryString }: ExtensionControlBlock, url: string): string {
  return queryString === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${queryString}`;
}
