import type { FastifyServerOptions } from 'fastify';

type CompilersFactory = NonNullable<
  NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']
>;

/**
 * For a Fastify whose schemas are for the OpenAPI document only: what they say is not checked by them, and answers are
 * not written by them. Loading what compiles schemas would cost the start of every host.
 */
export const uncompiledSchemas = {
  buildValidator: () => () => () => true,
  buildSerializer: () => () => (answer: unknown) => JSON.stringify(answer),
} as unknown as CompilersFactory; // whose type asks for functions that ajv made
