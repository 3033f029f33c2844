import { buildHeaderBlock } from '../control-block/header-block.ts';
import { RequestBody } from '../control-block/request-body.ts';
import type { ChildBody } from './child-body.ts';
import { buildHttp2HeaderBlock } from './http2-headers.ts';
import { type ClientRequest, isHttp2 } from './wire.ts';

/** The header block of a request of either version. */
export function buildBlockOf(request: ClientRequest): string {
  const { rawHeaders } = request;
  return isHttp2(request) ? buildHttp2HeaderBlock(rawHeaders) : buildHeaderBlock(rawHeaders);
}

/**
 * The body of a request of either version, or that of a child.
 *
 * @param maxBytes - largest body, 0: no limit; a child's has passed it before
 */
export function buildBodyOf(
  { request, body }: { readonly request: ClientRequest; readonly body?: ChildBody | undefined },
  maxBytes: number,
): RequestBody {
  if (body !== undefined) return new RequestBody(body.stream, body.totalBytes, 0);
  // Not the request that Node makes of an HTTP/2 stream: what is cut short would end well there.
  const stream = isHttp2(request) ? request.stream : request;
  const length = request.headers['content-length'];
  return new RequestBody(stream, length === undefined ? undefined : Number(length), maxBytes);
}
