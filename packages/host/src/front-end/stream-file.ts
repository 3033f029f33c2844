import type { ReadStream } from 'node:fs';
import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import type { AnswerHead } from '@isapi-host/worker-runtime/protocol';
import type { Answerer } from './answerer.ts';
import {
  type FileRequest,
  type FileTarget,
  openStaticFile,
  type StaticHead,
} from './open-static-file.ts';

export type { FileRequest } from './open-static-file.ts';

/** Sends a static file. Rejects only for a failure of the machine, before anything was sent. */
export async function streamFile(
  answer: Answerer,
  target: FileTarget,
  request: FileRequest,
): Promise<void> {
  const opened = await openStaticFile(request, target);
  switch (opened.kind) {
    case 'refused':
      return answer.error(opened.statusCode, opened.headers);
    case 'head': {
      opened.stream.destroy();
      return answer.send(headOf(opened.head), '');
    }
    case 'body':
      return streamBody(answer, opened.stream, opened.head);
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

function headOf({ statusCode, headers }: StaticHead): AnswerHead {
  let text = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\n`;
  let contentLength: number | undefined;
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() === 'content-length') contentLength = Number(value);
    else text += `${name}: ${value}\r\n`;
  }
  return { statusCode, text, contentLength, keepConn: true, hasDate: false, hasServer: false };
}

async function streamBody(answer: Answerer, stream: ReadStream, head: StaticHead): Promise<void> {
  const answerHead = headOf(head);
  const { contentLength = Infinity } = answerHead;
  let left = contentLength;
  await new Promise<void>((resolve) => {
    stream.on('data', (piece) => {
      const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
      // A small file is one write, head and all.
      if (chunk.length === contentLength && answer.isOpen) return answer.send(answerHead, chunk);
      stream.pause();
      if (answer.isOpen) answer.begin(answerHead);
      left -= chunk.length;
      if (answer.isDone) stream.destroy();
      else answer.write(chunk, () => stream.resume());
      // With its last byte: a client that then closes has not left too early.
      if (left <= 0) answer.end();
    });
    stream.once('error', () => undefined);
    stream.once('close', resolve);
  });
  if (answer.isOpen) answer.begin(answerHead);
  // A file cut short meanwhile leaves the body short of its length, which `end` notices.
  if (stream.errored === null) answer.end();
  else answer.cut();
}
