import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { FrontEnd } from './front-end.ts';

/** CONNECT has no meaning behind a route: it asks for a tunnel. */
const ROUTED = METHODS.filter((method) => method !== 'CONNECT');

/**
 * Serves extensions and files on every URL below the plugin's prefix, in an application that may have routes and hooks
 * of its own. Some of its hooks run behind Fastify's look at the Content-Type, so one that Fastify does not understand
 * stays Fastify's to refuse.
 */
export const isapiRoutes: FastifyPluginAsync<FrontEnd> = async (fastify, frontEnd) => {
  // Bodies stay streams: the extension reads them.
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
  for (const method of ROUTED) {
    if (!fastify.supportedMethods.includes(method)) {
      fastify.addHttpMethod(method, { hasBody: true });
    }
  }
  addRoute(fastify, frontEnd);
};

/**
 * The same where nobody else has a route: to such a Fastify no method has a body, so it looks for no parser, and any
 * Content-Type is the extension's to judge.
 */
export const soleRoutes: FastifyPluginAsync<FrontEnd> = async (fastify, frontEnd) => {
  for (const method of ROUTED) {
    fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  }
  addRoute(fastify, frontEnd);
};

/** One route, one handler. */
function addRoute(fastify: FastifyInstance, { handle }: FrontEnd): void {
  fastify.route({ method: ROUTED, url: '/*', exposeHeadRoute: false, handler: handle });
}
