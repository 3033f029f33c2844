import { METHODS } from 'node:http';
import type { FastifyPluginAsync } from 'fastify';
import type { FrontEnd } from './front-end.ts';

/** Has no meaning behind a route: it asks for a tunnel. */
const NOT_ROUTED = new Set(['CONNECT']);

/** Serves extensions and files on every URL below the plugin's prefix: one route, one handler. */
export const isapiRoutes: FastifyPluginAsync<FrontEnd> = async (fastify, frontEnd) => {
  // Bodies stay streams: the extension reads them.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
  const methods = METHODS.filter((method) => !NOT_ROUTED.has(method));
  for (const method of methods) {
    if (!fastify.supportedMethods.includes(method)) {
      fastify.addHttpMethod(method, { hasBody: true });
    }
  }
  fastify.route({ method: methods, url: '/*', exposeHeadRoute: false, handler: frontEnd.handle });
};
