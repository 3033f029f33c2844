import type { HseInput, HseOutput, HseRequest } from '../server-support.ts';
import type { ExtensionControlBlock } from '../control-block.ts';
import type { HeaderLines } from '../sending.ts';
import { copyBytes } from './platform.ts';
import { parseHeader, type HeaderField } from './header-lines.ts';

/** The request that a recorded control block stands for. Every member may be left out. ISAPI: none. */
export interface RecordedRequest {
  /** `GET` by default, `POST` with a body. */
  readonly method?: string | undefined;
  /** Path and query as a client sends them; by default `/extension`, `pathInfo` and `queryString`. */
  readonly url?: string | undefined;
  /** By default what follows the `?` of `url`. */
  readonly queryString?: string | undefined;
  /** The decoded part of the path behind the extension's own URL; empty by default. */
  readonly pathInfo?: string | undefined;
  /** By default `/site` and `pathInfo`. */
  readonly pathTranslated?: string | undefined;
  /** In the order of sending. `Host` and, with a body, its length are added when absent. */
  readonly headers?: HeaderLines | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** The body's length is not announced: `totalBytes` is `undefined`. */
  readonly isChunked?: boolean | undefined;
  /** How many bytes of the body are in `data` at most; 49,152 by default. */
  readonly readAheadBytes?: number | undefined;
  /** Server variables beside, or in place of, those that follow from the request. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** What files hold, by path or by number of an open file: for TRANSMIT_FILE and VECTOR_SEND. */
  readonly files?: Readonly<Record<string, string | Uint8Array>> | undefined;
  /** The host's profile; `classic` takes raw `HTTP/1.` heads through `writeClient`. `modern` by default. */
  readonly profile?: 'modern' | 'classic' | undefined;
  /** What request codes give, in place of the recorder's own answer. A throw goes to the extension. */
  readonly answers?: RequestAnswers | undefined;
}

/** Per request code a function that answers it. ISAPI: `ServerSupportFunction`. */
export type RequestAnswers = {
  readonly [Code in HseRequest]?: (
    input: HseInput<Code>,
    ecb: ExtensionControlBlock,
  ) => HseOutput<Code>;
};

/** A request with everything that was left out filled in. */
export interface CompleteRequest {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly scriptName: string;
  readonly queryString: string;
  readonly pathInfo: string;
  readonly pathTranslated: string;
  readonly headers: readonly HeaderField[];
  readonly body: Uint8Array;
  readonly totalBytes: number | undefined;
  readonly readAheadBytes: number;
}

/** Fills in what a request leaves out. */
export function completeRequest(request: RecordedRequest): CompleteRequest {
  const body = copyBytes(request.body ?? '') ?? new Uint8Array();
  const pathInfo = request.pathInfo ?? '';
  const query = request.queryString ?? '';
  const ownPath = `/extension${encodeURI(pathInfo).replaceAll('?', '%3F')}`;
  const ownUrl = query === '' ? ownPath : `${ownPath}?${query}`;
  const url = request.url ?? ownUrl;
  const [path = '', ...queryParts] = url.split('?');
  const decodedPath = decodeURIComponent(path);
  const isBelow = pathInfo !== '' && decodedPath.endsWith(pathInfo);
  return {
    method: request.method ?? (request.body === undefined ? 'GET' : 'POST'),
    url,
    path: decodedPath,
    scriptName: isBelow ? decodedPath.slice(0, -pathInfo.length) : decodedPath,
    queryString: request.queryString ?? queryParts.join('?'),
    pathInfo,
    pathTranslated: request.pathTranslated ?? `/site${pathInfo}`,
    headers: completeHeaders(request, body.length),
    body,
    totalBytes: request.isChunked === true ? undefined : body.length,
    readAheadBytes: request.readAheadBytes ?? 49_152,
  };
}

function completeHeaders(request: RecordedRequest, bodyLength: number): readonly HeaderField[] {
  const headers = [...parseHeader(request.headers).fields];
  const add = (name: string, value: string): void => {
    const isThere = headers.some(([known]) => known.toLowerCase() === name.toLowerCase());
    if (!isThere) headers.push([name, value]);
  };
  add('Host', 'localhost');
  if (request.isChunked === true) add('Transfer-Encoding', 'chunked');
  else if (request.body !== undefined) add('Content-Length', String(bodyLength));
  return headers;
}
