import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startSubject, type RunningSubject } from './start-subject.ts';

/** How a host is started. */
export interface HostSetup {
  /** Which kind of procs answers. */
  readonly proc: 'async' | 'blocking' | 'pending';
  /** One less than cores unless told, one at least. */
  readonly threads?: number;
  /** Instead of `isapi.config.ts`, a file beside it. */
  readonly config?: 'faults.config.js';
  /** Further variables of the host. */
  readonly env?: NodeJS.ProcessEnv;
  /** Further flags: unlike a variable, one that the host does not know ends it. */
  readonly flags?: readonly string[];
}

const main = fileURLToPath(new URL('../../../../packages/host/dist/main.js', import.meta.url));

/** Starts the host as an operator does. `subjects/host/isapi.config.ts` says what runs. */
export function startHost(setup: HostSetup): Promise<RunningSubject> {
  const threads = setup.threads ?? Math.max(1, availableParallelism() - 1);
  const env = {
    ...process.env,
    BENCH_PROC: setup.proc,
    ISAPI_POOL_MIN_THREADS: `${threads}`,
    ISAPI_POOL_MAX_THREADS: `${threads}`,
    ...setup.env,
  };
  const file = `./host/${setup.config ?? 'isapi.config.js'}`;
  const config = fileURLToPath(new URL(file, import.meta.url));
  const args = [main, 'start', '--config', config, ...(setup.flags ?? [])];
  return startSubject(process.execPath, args, {
    env,
    listens: /"url":"http:\/\/127\.0\.0\.1:(\d+)"/,
  });
}
