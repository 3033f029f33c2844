// Subject `node-http`: the same answers from node:http alone, with its dearest public calls left out.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PatternCheck, patternOf } from '../pattern.ts';
import { announce } from './announce.ts';
import { pieces } from './pieces.ts';

const answer10k = patternOf(10_240);
const answer1m = patternOf(1_048_576);

const server = createServer((request, response) => {
  const [path = '', query] = (request.url ?? '').split('?');
  switch (path) {
    case '/hello': {
      const { host, 'user-agent': agent } = request.headers;
      const address = request.socket.remoteAddress;
      const isComplete = host !== undefined && agent !== undefined && address !== undefined;
      return answer(response, isComplete ? 'Hello' : 'a header is missing');
    }
    case '/answer10k':
      return answer(response, answer10k);
    case '/answer1m':
      return answer(response, answer1m);
    case '/post':
    case '/upload':
      return takeUpload(request, response);
    case '/download':
      writeHead(response, Number(query));
      void pipeline(Readable.from(pieces(Number(query)), { objectMode: false }), response);
      return undefined;
    default:
      return answer(response, 'no such path');
  }
});

server.listen(0, '127.0.0.1');
await once(server, 'listening');
announce(server);

function takeUpload(request: IncomingMessage, response: ServerResponse): void {
  const check = new PatternCheck();
  request.on('data', (piece: Buffer) => check.push(piece));
  request.on('end', () => answer(response, check.verdict));
}

function answer(response: ServerResponse, body: string | Buffer): void {
  writeHead(response, Buffer.byteLength(body));
  response.end(body);
}

function writeHead(response: ServerResponse, bytes: number): void {
  response.writeHead(200, [
    'Content-Type',
    'text/plain',
    'Cache-Control',
    'no-store',
    'Content-Length',
    `${bytes}`,
  ]);
}
