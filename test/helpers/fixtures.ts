import { fileURLToPath } from 'node:url';

/** Folder of the extensions that are there for tests. */
export const fixtures: string = fileURLToPath(
  new URL('../../fixtures/extensions/', import.meta.url),
);
