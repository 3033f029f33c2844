// Subject `fastify`, the baseline: the same answers from plain routes, in the server's own thread.
import { Readable } from 'node:stream';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { PatternCheck, patternOf } from '../pattern.ts';
import { announce } from './announce.ts';
import { burn } from './burn.ts';
import { pieces } from './pieces.ts';

const app = fastify({ logger: false, bodyLimit: 1_073_741_824 });

app.get('/hello', (request, reply) => {
  const { host, 'user-agent': agent } = request.headers;
  const isComplete = host !== undefined && agent !== undefined && request.ip !== '';
  return answer(reply, isComplete ? 'Hello' : 'a header is missing');
});

for (const [path, bytes] of [
  ['/answer10k', 10_240],
  ['/answer1m', 1_048_576],
] as const) {
  const body = patternOf(bytes);
  app.get(path, (_request, reply) => answer(reply, body));
}

for (const path of ['/cpu', '/hog']) {
  app.get(path, (request, reply) => answer(reply, burn(Number(request.raw.url?.split('?')[1]))));
}

const held: Readable[] = [];
app.get('/hold', (_request, reply) => {
  const body = new Readable({ read: () => undefined });
  body.push('Hel');
  held.push(body);
  return answer(reply.header('content-length', 5), body);
});
app.get('/release', (_request, reply) => {
  for (const body of held.splice(0)) {
    body.push('lo');
    body.push(null);
  }
  return answer(reply, 'Hello');
});

app.get('/download', (request, reply) => {
  const bytes = Number(request.raw.url?.split('?')[1]);
  reply.header('content-length', bytes);
  return answer(reply, Readable.from(pieces(bytes), { objectMode: false }));
});

await app.register((scope) => {
  scope.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  );
  scope.post('/post', (request: FastifyRequest<{ Body: Buffer }>, reply) => {
    const check = new PatternCheck();
    check.push(request.body);
    return answer(reply, check.verdict);
  });
});

await app.register((scope) => {
  scope.addContentTypeParser('application/octet-stream', (_, body, done) => done(null, body));
  scope.post('/upload', async (request: FastifyRequest<{ Body: Readable }>, reply) => {
    const check = new PatternCheck();
    for await (const piece of request.body) check.push(piece as Buffer);
    return answer(reply, check.verdict);
  });
});

await app.listen({ host: '127.0.0.1', port: 0 });
announce(app.server);

function answer(reply: FastifyReply, body: string | Buffer | Readable): FastifyReply {
  return reply.header('content-type', 'text/plain').header('cache-control', 'no-store').send(body);
}
