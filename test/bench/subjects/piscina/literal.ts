// Subject `piscina`: one `piscina.run` of a cloned object per request, and a cloned object back.
import type { ThreadAnswer } from './exchange.ts';
import { createPool, serve } from './front-end.ts';

const pool = createPool(new URL('./literal-thread.js', import.meta.url));

await serve(async (request, reply) => {
  const { statusCode, headers, body } = (await pool.run(request)) as ThreadAnswer;
  return reply.code(statusCode).headers(headers).send(body);
});
