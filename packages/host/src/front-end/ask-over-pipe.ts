import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request as sendRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';

/** A request that comes over no network. */
export interface LocalRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** One header line, or nothing. */
  readonly header: string;
  readonly body: Uint8Array;
}

export interface LocalAnswer {
  readonly statusCode: number;
  /** Status line and header lines, with the empty line. */
  readonly head: string;
  readonly body: Uint8Array;
}

/** Lets a server listen on a pipe that nobody else knows, and sends it a request. */
export async function askOverPipe(
  server: FastifyInstance,
  request: LocalRequest,
): Promise<LocalAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'isapi-'));
  const isWindows = process.platform === 'win32';
  const path = isWindows ? `\\\\.\\pipe\\isapi-${randomUUID()}` : join(folder, 'http');
  try {
    await server.listen({ path });
    return await ask(path, request);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ask(socketPath: string, request: LocalRequest): Promise<LocalAnswer> {
  const { method, url, header, body } = request;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers: Record<string, string | number> = { host: 'localhost', ...fieldOf(header) };
    if (body.length > 0) headers['content-length'] = body.length;
    const sent = sendRequest({ socketPath, method, path: url, headers, agent: false }, resolve);
    sent.once('error', reject);
    sent.end(body);
  });
  const { statusCode = 0, statusMessage = '', httpVersion, rawHeaders } = answer;
  const lines = [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index] ?? ''}: ${rawHeaders[index + 1] ?? ''}`);
  }
  return { statusCode, head: `${lines.join('\r\n')}\r\n\r\n`, body: await buffer(answer) };
}

function fieldOf(line: string): Record<string, string> {
  const [, name, value = ''] = /^([^:\s]+):\s*(.*?)\s*$/.exec(line) ?? [];
  return name === undefined ? {} : { [name.toLowerCase()]: value };
}
