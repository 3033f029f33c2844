import type { Body, Workload } from '../workloads.ts';

/** Bodies up to this long go out in one write with their head. */
const MAX_ONE_WRITE = 16_384;

/** A request as bytes, made once. */
export interface EncodedRequest {
  /** The head, and the body too where it is short. */
  readonly first: Buffer;
  /** The body that goes out behind it in pieces. */
  readonly rest: Body | undefined;
}

export function encodeRequest(workload: Workload): EncodedRequest {
  const { method, path, headers, body } = workload;
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1'];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (body !== undefined) lines.push(`Content-Length: ${body.bytes}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');

  if (body === undefined) return { first: head, rest: undefined };
  if (body.bytes > MAX_ONE_WRITE) return { first: head, rest: body };
  return { first: Buffer.concat([head, body.unit.subarray(0, body.bytes)]), rest: undefined };
}
