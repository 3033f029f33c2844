import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createHost, type HostConfig } from '@isapi-host/host';
import { resolveConfig } from '@isapi-host/host/internal/config/resolve-config';

/** The sample site, served for all tests of a file. */
export interface StartedSite {
  readonly url: string;
  readonly port: number;
  readonly config: HostConfig;
}

/**
 * Starts what `npm start` serves, on one thread a pool and without a log, until the tests of the file are over.
 *
 * @param file - config file, relative to the project
 */
export async function startSite(file = 'isapi.config.js'): Promise<StartedSite> {
  const { config } = await resolveConfig({
    flags: {},
    env: {
      ISAPI_CONFIG: file,
      ISAPI_PORT: '0',
      ISAPI_LOG_LEVEL: 'silent',
      ISAPI_POOL_MAX_THREADS: '1',
    },
    cwd: fileURLToPath(new URL('../../../', import.meta.url)),
  });
  const host = await createHost(config);
  after(() => host.close());
  const { url } = await host.start();
  return { url, port: Number(new URL(url).port), config };
}

/** The head of a response, the same at any time. */
export function withoutDate(head: string): string {
  return head.replace(/^Date: .*$/m, 'Date: *');
}
