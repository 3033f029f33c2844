// Every server variable, then every header of the request, one `NAME: value` a line.
// A variable that cannot be had shows the name of its error.
// ISAPI: the sample DumpVars; GetServerVariable and its errors.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
  isIsapiError,
  SERVER_VARIABLES,
  type ExtensionControlBlock,
} from '@isapi-host/sdk';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Shows server variables' }),

  async httpExtensionProc(ecb) {
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 200,
      header: { 'Content-Type': 'text/plain; charset=utf-8' },
      keepConn: true,
    });
    for (const name of new Set([...SERVER_VARIABLES, ...headerNames(ecb)])) {
      await ecb.writeClient(`${name}: ${valueOf(ecb, name)}\n`);
    }
    return HSE_STATUS_SUCCESS;
  },
});

/** The request's headers as variables: `HTTP_USER_AGENT`. */
function headerNames(ecb: ExtensionControlBlock): string[] {
  return Array.from(
    ecb.getServerVariable('ALL_HTTP').matchAll(/^(HTTP_[^:\n]+):/gm),
    ([, name = '']) => name,
  );
}

/** On one line: ALL_HTTP and ALL_RAW have many. */
function valueOf(ecb: ExtensionControlBlock, name: string): string {
  try {
    return ecb.getServerVariable(name).replaceAll('\r', '\\r').replaceAll('\n', '\\n');
  } catch (error) {
    if (isIsapiError(error)) return error.code;
    throw error;
  }
}
