// The whole request as plain text: control block, server variables, headers and body, gathered first and sent as one
// vector.
// ISAPI: the sample DumpRequestInfo; HSE_REQ_VECTOR_SEND, asynchronous and final, then DONE_WITH_SESSION.
import {
  defineExtension,
  HSE_IO_ASYNC,
  HSE_IO_FINAL_SEND,
  HSE_IO_SEND_HEADERS,
  HSE_REQ_DONE_WITH_SESSION,
  HSE_REQ_IO_COMPLETION,
  HSE_REQ_VECTOR_SEND,
  HSE_STATUS_ERROR,
  HSE_STATUS_PENDING,
  HSE_STATUS_SUCCESS_AND_KEEP_CONN,
  HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER,
  HSE_VERSION,
  isIsapiError,
  SERVER_VARIABLES,
  type ExtensionControlBlock,
  type HseIoCompletion,
  type HseVectorElement,
} from '@isapi-host/sdk';

/** Longest body that is shown, bytes. */
const MAX_BODY_BYTES = 120 * 1024;

export default defineExtension({
  getExtensionVersion: () => ({ version: HSE_VERSION, description: 'Dumps a request' }),

  async httpExtensionProc(ecb) {
    const texts = [controlBlockOf(ecb), variablesOf(ecb), ecb.getServerVariable('ALL_RAW'), '\n'];
    const parts = [...texts, ...(await bodyOf(ecb))].filter((part) => part.length > 0);
    const length = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
    await ecb.serverSupportFunction(HSE_REQ_IO_COMPLETION, { completion });
    await ecb.serverSupportFunction(HSE_REQ_VECTOR_SEND, {
      flags: HSE_IO_ASYNC | HSE_IO_FINAL_SEND | HSE_IO_SEND_HEADERS,
      status: '200 OK',
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': String(length) },
      elements: parts.map(elementOf),
    });
    return HSE_STATUS_PENDING;
  },
});

const completion: HseIoCompletion = async (ecb, _context, _bytes, error) => {
  const status = error === 0 ? HSE_STATUS_SUCCESS_AND_KEEP_CONN : HSE_STATUS_ERROR;
  await ecb.serverSupportFunction(HSE_REQ_DONE_WITH_SESSION, status);
};

function elementOf(buffer: string | Uint8Array): HseVectorElement {
  return { type: HSE_VECTOR_ELEMENT_TYPE_MEMORY_BUFFER, buffer };
}

function controlBlockOf(ecb: ExtensionControlBlock): string {
  return `version: ${ecb.version >>> 16}.${ecb.version & 0xffff}
connId: ${ecb.connId}
method: ${ecb.method}
queryString: ${ecb.queryString}
pathInfo: ${ecb.pathInfo}
pathTranslated: ${ecb.pathTranslated}
contentType: ${ecb.contentType}
totalBytes: ${ecb.totalBytes ?? 'not announced'}
data: ${ecb.data.length} bytes

`;
}

function variablesOf(ecb: ExtensionControlBlock): string {
  const lines = SERVER_VARIABLES.map((name) => `${name}: ${valueOf(ecb, name)}\n`);
  return `${lines.join('')}\n`;
}

function valueOf(ecb: ExtensionControlBlock, name: string): string {
  try {
    return ecb.getServerVariable(name).replaceAll(/\r?\n/g, ' | ');
  } catch (error) {
    if (isIsapiError(error)) return error.code;
    throw error;
  }
}

/** The body in the pieces it came in, or what stands in for one that is too long to keep. */
async function bodyOf(ecb: ExtensionControlBlock): Promise<readonly (string | Uint8Array)[]> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (let piece = ecb.data; piece.length > 0; piece = await ecb.readClient(MAX_BODY_BYTES)) {
    bytes += piece.length;
    if (bytes > MAX_BODY_BYTES) return [`(a body of more than ${MAX_BODY_BYTES} bytes)\n`];
    pieces.push(piece);
  }
  return pieces;
}
