import swagger from '@fastify/swagger';
import { fastify, type RouteOptions } from 'fastify';
import { VERSION } from '../observe/version.ts';
import { uncompiledSchemas } from './uncompiled-schemas.ts';

/** The OpenAPI document of the admin API, made of the schemas of its routes. */
export async function describeRoutes(routes: readonly RouteOptions[]): Promise<object> {
  const app = fastify({
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: uncompiledSchemas },
  });
  await app.register(swagger, { openapi: documentHead() });
  for (const { method, url, schema = {} } of routes) {
    app.route({ method, url, schema, handler: () => undefined });
  }
  await app.ready();
  return app.swagger();
}

function documentHead(): object {
  return {
    openapi: '3.1.0',
    info: { title: 'isapi-host admin API', version: VERSION },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{}, { token: [] }],
  };
}
