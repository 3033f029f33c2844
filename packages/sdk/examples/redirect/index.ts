// `?to=URL` sends the client there with a 302: to an http(s) URL, or to a path of this server.
// ISAPI: HSE_REQ_SEND_URL_REDIRECT_RESP; the sample Redirect.
import {
  defineExtension,
  HSE_REQ_SEND_RESPONSE_HEADER_EX,
  HSE_REQ_SEND_URL_REDIRECT_RESP,
  HSE_STATUS_SUCCESS,
  HSE_VERSION,
} from '@isapi-host/sdk';

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Redirects' }),

  async httpExtensionProc(ecb) {
    const target = targetOf(new URLSearchParams(ecb.queryString).get('to') ?? '');
    if (target !== undefined) {
      await ecb.serverSupportFunction(HSE_REQ_SEND_URL_REDIRECT_RESP, target);
      return HSE_STATUS_SUCCESS;
    }
    await ecb.serverSupportFunction(HSE_REQ_SEND_RESPONSE_HEADER_EX, {
      status: 400,
      header: { 'Content-Type': 'text/plain' },
      keepConn: true,
    });
    await ecb.writeClient('Expected ?to=URL, one with http:// or https://, or a path as /hello\n');
    return HSE_STATUS_SUCCESS;
  },
});

const HERE = 'http://here.invalid';

/** The URL in ASCII, as a header needs it; `undefined` for anything but http(s) and a path of this server. */
function targetOf(to: string): string | undefined {
  const isPath = to.startsWith('/');
  if (!isPath && !/^https?:\/\//i.test(to)) return undefined;
  if (!URL.canParse(to, HERE)) return undefined;
  const url = new URL(to, HERE);
  if (!isPath) return url.href;
  // `//host` and `/\host` lead elsewhere.
  return url.origin === HERE ? url.href.slice(HERE.length) : undefined;
}
