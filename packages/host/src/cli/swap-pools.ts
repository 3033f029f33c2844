import type { Texts } from '../config/read-texts.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { AdminClient } from './admin-client.ts';
import { exitCodes, type Shell } from './shell.ts';

/** `isapi recycle` and `isapi reload`: fresh threads for a pool of the host that runs, or for all. */
export async function swapPools(
  shell: Shell,
  flags: Texts,
  how: 'recycle' | 'reload',
): Promise<number> {
  const { env, cwd } = shell;
  const { config } = await resolveConfig({ flags, env, cwd });
  const { pool } = flags;
  const path = pool === undefined ? `/${how}` : `/pools/${encodeURIComponent(pool)}/${how}`;
  const { pools } = await new AdminClient(config.admin).post<Swapped>(path);
  for (const { name, generation } of pools) shell.print(`${name}: generation ${generation}\n`);
  return exitCodes.done;
}

interface Swapped {
  readonly pools: readonly { readonly name: string; readonly generation: number }[];
}
