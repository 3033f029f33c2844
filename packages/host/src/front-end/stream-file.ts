import type { ReadStream } from 'node:fs';
import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import type { FileResolution } from '../name-space/resolution.ts';
import type { Answerer } from './answerer.ts';
import { type FileRequest, openStaticFile, type StaticHead } from './open-static-file.ts';

export type { FileRequest } from './open-static-file.ts';

/** Sends a static file as the answer of a request that another one has begun to work on, as SEND_URL. Never rejects. */
export async function streamFile(
  answer: Answerer,
  target: FileResolution,
  request: FileRequest,
): Promise<void> {
  const opened = await openStaticFile(request, target);
  switch (opened.kind) {
    case 'refused':
      return answer.error(opened.statusCode, opened.headers);
    case 'head': {
      opened.stream.destroy();
      begin(answer, opened.head);
      return answer.end();
    }
    case 'body': {
      const length = begin(answer, opened.head);
      return streamBody(answer, opened.stream, length);
    }
    default:
      return opened satisfies never;
  }
}

/** A header block without the lines that ask for a part, or for nothing. ISAPI: IGNORE_VALIDATION_AND_RANGE. */
export function withoutConditions(block: string): string {
  return block.replaceAll(/^(?:if-[^:\r\n]*|range):.*\r\n/gim, '');
}

/** The headers of a block of `Name: value` lines; the last of the same name counts. */
export function parseHeaderBlock(block: string): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (const line of block.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}

function begin(answer: Answerer, { statusCode, headers }: StaticHead): number | undefined {
  let text = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\n`;
  let contentLength: number | undefined;
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'content-length') contentLength = Number(value);
    else text += `${name}: ${value}\r\n`;
  }
  answer.begin({
    statusCode,
    text,
    contentLength,
    keepConn: true,
    hasDate: false,
    hasServer: false,
  });
  return contentLength;
}

async function streamBody(
  answer: Answerer,
  stream: ReadStream,
  length: number | undefined,
): Promise<void> {
  let left = length ?? Infinity;
  await new Promise<void>((resolve) => {
    stream.on('data', (chunk) => {
      stream.pause();
      if (answer.isDone) stream.destroy();
      else answer.write(Buffer.from(chunk), () => stream.resume());
      left -= chunk.length;
      // With its last byte: a client that then closes has not left too early.
      if (left <= 0) answer.end();
    });
    stream.once('error', () => undefined);
    stream.once('close', resolve);
  });
  // A file cut short meanwhile leaves the body short of its length, which `end` notices.
  if (stream.errored === null) answer.end();
  else answer.cut();
}
