import type { FastifyPluginAsync } from 'fastify';
import type { AdminHost } from './admin-host.ts';
import { ReadinessCheck } from './readiness.ts';

/** The routes for whoever starts and stops hosts, and sends them requests. */
export const healthRoutes: FastifyPluginAsync<{ readonly host: AdminHost }> = async (
  app,
  { host },
) => {
  const readiness = new ReadinessCheck(host);
  const config = { guard: 'open' } as const;

  app.get('/livez', { config, schema: { hide: true } }, async () => ({ live: true }));

  app.get('/readyz', { config, schema: { hide: true } }, async (_request, reply) => {
    const answer = await readiness.run();
    return reply.code(answer.ready ? 200 : 503).send(answer);
  });
};
