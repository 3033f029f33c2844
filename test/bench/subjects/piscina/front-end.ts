import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { Piscina } from 'piscina';
import { announce } from '../announce.ts';
import type { ThreadRequest } from './exchange.ts';

const TUNED = {
  concurrentTasksPerWorker: 64,
  maxQueue: Number.POSITIVE_INFINITY,
  atomics: 'disabled',
  recordTiming: false,
} as const;

/** @param options - `tuned`: Piscina as fast as its own options make it; `defaults`: as it comes */
export function createPool(threadFile: URL, options: 'tuned' | 'defaults'): Piscina {
  const threads = Number(process.env['BENCH_THREADS'] ?? Math.max(1, availableParallelism() - 1));
  return new Piscina({
    filename: fileURLToPath(threadFile),
    minThreads: threads,
    maxThreads: threads,
    ...(options === 'tuned' ? TUNED : {}),
  });
}

/** Serves every path by `answer`, which crosses to a thread in its own way. */
export async function serve(
  answer: (request: ThreadRequest, reply: FastifyReply) => Promise<FastifyReply>,
): Promise<void> {
  const app = fastify({ logger: false });
  app.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) =>
    done(null, body),
  );
  app.all('/*', (request: FastifyRequest<{ Body?: Buffer }>, reply) => {
    const { method, url, headers, ip, body } = request;
    return answer({ method, url, headers, remoteAddress: ip, body }, reply);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  announce(app.server);
}
