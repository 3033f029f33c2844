import type { ReadStream } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type FileTarget, openStaticFile, type StaticHead } from './open-static-file.ts';

export type { FileTarget } from './open-static-file.ts';

/**
 * Sends a file through Fastify. Settles when the answer is out or its client gone, so that a route may return it:
 * Fastify takes a promise that settles earlier for an answer of nothing.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  target: FileTarget,
): Promise<void> {
  await startSending(request, reply, target);
  await reply;
}

async function startSending(
  request: FastifyRequest,
  reply: FastifyReply,
  target: FileTarget,
): Promise<void> {
  const opened = await openStaticFile(request.raw, target);
  switch (opened.kind) {
    case 'refused': {
      void reply.headers(opened.headers);
      return sendStatus(reply, opened.statusCode);
    }
    case 'head': {
      writeHead(reply, opened.head);
      // The empty stream: of no payload Fastify takes the length, and says 0.
      void reply.send(opened.stream);
      return;
    }
    case 'body':
      return sendBody(reply, opened.head, opened.stream);
    default:
      return opened satisfies never;
  }
}

function writeHead(reply: FastifyReply, { statusCode, headers }: StaticHead): void {
  void reply.code(statusCode).headers(headers);
}

function sendBody(reply: FastifyReply, head: StaticHead, stream: ReadStream): void {
  const length = Number(head.headers['Content-Length']);
  writeHead(reply, head);
  if (length === 0) {
    stream.destroy();
    void reply.send('');
    return;
  }

  // A file cut short meanwhile: what the client waits for would be taken from the next answer.
  stream.once('end', () => {
    if (stream.bytesRead < length) reply.raw.destroy();
  });
  void reply.send(stream);
}

function sendStatus(reply: FastifyReply, statusCode: number): void {
  const text = STATUS_CODES[statusCode] ?? 'Error';
  void reply.code(statusCode).type('text/plain; charset=utf-8').send(`${statusCode} ${text}\n`);
}
