// A page with a line for each server variable of IIS 5: its value, or the name of the error that stood in for it.
// ISAPI: the sample DumpVars; GetServerVariable and its errors, one WriteClient a line.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
  isIsapiError,
  type ExtensionControlBlock,
  type ServerVariable,
} from '@isapi-host/sdk';
import { escapeHtml } from '../../page.ts';

const NAMES: readonly ServerVariable[] = [
  'ALL_HTTP',
  'ALL_RAW',
  'APPL_MD_PATH',
  'APPL_PHYSICAL_PATH',
  'AUTH_PASSWORD',
  'AUTH_TYPE',
  'AUTH_USER',
  'CERT_COOKIE',
  'CERT_FLAGS',
  'CERT_ISSUER',
  'CERT_KEYSIZE',
  'CERT_SECRETKEYSIZE',
  'CERT_SERIALNUMBER',
  'CERT_SUBJECT',
  'CONTENT_LENGTH',
  'CONTENT_TYPE',
  'GATEWAY_INTERFACE',
  'HTTPS',
  'HTTPS_KEYSIZE',
  'HTTPS_SECRETKEYSIZE',
  'INSTANCE_ID',
  'INSTANCE_META_PATH',
  'LOCAL_ADDR',
  'LOGON_USER',
  'PATH_INFO',
  'PATH_TRANSLATED',
  'QUERY_STRING',
  'REMOTE_ADDR',
  'REMOTE_HOST',
  'REMOTE_USER',
  'REQUEST_METHOD',
  'SCRIPT_NAME',
  'SERVER_NAME',
  'SERVER_PORT',
  'SERVER_PORT_SECURE',
  'SERVER_PROTOCOL',
  'SERVER_SOFTWARE',
  'URL',
];

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Dumps server variables' }),

  async httpExtensionProc(ecb) {
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/html; charset=utf-8' },
      keepConn: false,
    });
    await ecb.writeClient('<!doctype html>\n<title>DumpVars</title>\n');
    for (const name of NAMES) {
      await ecb.writeClient(`${name}: ${escapeHtml(valueOf(ecb, name))}<br>\n`);
    }
    return HSE_STATUS_SUCCESS;
  },
});

/** On one line: ALL_HTTP and ALL_RAW have many. */
function valueOf(ecb: ExtensionControlBlock, name: ServerVariable): string {
  try {
    return ecb.getServerVariable(name).replaceAll(/\r?\n/g, ' ');
  } catch (error) {
    if (isIsapiError(error)) return error.code;
    throw error;
  }
}
