// Subjects `cgi-c` and `cgi-node`: a small CGI server; its arguments are the command that it runs for each request.
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { announce } from '../announce.ts';

const HEAD_END = '\r\n\r\n';

/** More processes at once than this only get in each other's way. */
const MAX_PROCESSES = 2 * availableParallelism();

const [command = '', ...options] = process.argv.slice(2);
const waiting: (() => void)[] = [];
let processes = 0;

const server = createServer((request, response) => {
  void takeTurn(request, response);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
announce(server);

async function takeTurn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (processes >= MAX_PROCESSES) await new Promise<void>((resolve) => waiting.push(resolve));
  processes += 1;
  await setImmediate(); // a client that asked and went away is known to be gone only after this
  if (!request.socket.readableEnded && !response.destroyed) await runProgram(request, response);
  processes -= 1;
  waiting.shift()?.();
}

async function runProgram(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const child = spawn(command, options, {
    env: buildEnvironment(request),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const over = once(child, 'close');
  const gone = new AbortController();
  response.on('close', () => {
    gone.abort();
    child.kill('SIGKILL'); // no use any more; after an answer it is over anyhow
  });
  child.stdin.on('error', () => undefined); // a program need not read what it is sent
  request.pipe(child.stdin);
  await relay(child.stdout, response, gone.signal).catch(() => undefined);
  await over;
}

/** RFC 3875 section 4.1. */
function buildEnvironment(request: IncomingMessage): NodeJS.ProcessEnv {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const environment: NodeJS.ProcessEnv = {
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    REQUEST_METHOD: request.method,
    PATH_INFO: path,
    QUERY_STRING: query,
    REMOTE_ADDR: request.socket.remoteAddress,
    CONTENT_LENGTH: request.headers['content-length'],
    CONTENT_TYPE: request.headers['content-type'],
  };
  for (const [name, value] of Object.entries(request.headers)) {
    environment[`HTTP_${name.replaceAll('-', '_').toUpperCase()}`] = String(value);
  }
  return environment;
}

/**
 * Answers with what a program writes: its header lines, an empty line, the body. RFC 3875 section 6.
 *
 * @param gone - aborted when the client is; else nothing would end the wait for it
 */
async function relay(output: Readable, response: ServerResponse, gone: AbortSignal): Promise<void> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of output) {
    let body = piece as Buffer;
    if (head !== undefined) {
      head = Buffer.concat([head, body]);
      const end = head.indexOf(HEAD_END);
      if (end < 0) continue;
      response.writeHead(200, parseHead(head.toString('latin1', 0, end)));
      body = head.subarray(end + HEAD_END.length);
      head = undefined;
    }
    if (!response.write(body)) await once(response, 'drain', { signal: gone });
  }
  response.end();
}

function parseHead(head: string): string[] {
  return head.split('\r\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
}
