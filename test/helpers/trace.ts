import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Closing } from './cleanup.ts';
import { type HostOptions, type LocalHost, startHost } from './start-host.ts';
import { tempFolder } from './temp-folder.ts';

/** One step in the life of the extension `trace`. */
export interface Step {
  readonly thread: number;
  /** `attach`, `version`, `proc QUERY`, `terminate FLAGS` … */
  readonly step: string;
}

/** A host of the extension `trace`, and what it has noted so far. */
export interface TracedHost extends LocalHost {
  steps(): readonly Step[];
  /** Settles when a step has been noted. */
  until(step: string): Promise<void>;
}

type PoolOptions = NonNullable<HostOptions['pools']>[string];

/** Starts a host whose only extension notes its steps. */
export async function startTraced(
  t: Closing,
  pool: PoolOptions = {},
  options: HostOptions = {},
): Promise<TracedHost> {
  const file = join(tempFolder(t), 'trace');
  const host = await startHost(t, {
    fixtures: ['trace'],
    ...options,
    pools: { default: { minThreads: 1, maxThreads: 1, ...pool, env: { TRACE_FILE: file } } },
  });
  const steps = (): readonly Step[] =>
    (existsSync(file) ? readFileSync(file, 'utf8') : '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [, thread = '', step = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
        return { thread: Number(thread), step };
      });
  const until = async (wanted: string): Promise<void> => {
    // The notes of another thread come as a file: there is no event to wait for.
    const giveUpAt = Date.now() + 10_000;
    while (!steps().some(({ step }) => step === wanted)) {
      assert.ok(Date.now() < giveUpAt, `no step ${wanted} in ${JSON.stringify(steps())}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return { ...host, steps, until };
}
