// Subjects `piscina` and, with `--defaults`, `piscina-defaults`: one `piscina.run` of a cloned object per request, and a cloned object back.
import type { ThreadAnswer } from './exchange.ts';
import { createPool, serve } from './front-end.ts';

const options = process.argv.includes('--defaults') ? 'defaults' : 'tuned';
const pool = createPool(new URL('./literal-thread.js', import.meta.url), options);

await serve(async (request, reply) => {
  const { statusCode, headers, body } = (await pool.run(request)) as ThreadAnswer;
  return reply.code(statusCode).headers(headers).send(body);
});
