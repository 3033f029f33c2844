import type { FastifyPluginAsync } from 'fastify';
import type { PoolKeeper, Swap } from '../../dispatch/pool-keeper.ts';
import { HostError } from '../../observe/host-error.ts';
import type { AdminHost } from '../admin-host.ts';
import { schemas } from './api-schemas.ts';
import { keeperOf, type PoolParams, poolRoute, route } from './look-routes.ts';

/** What operators can do with pools. Each answer comes when it is done. */
export const poolRoutes: FastifyPluginAsync<{ readonly host: AdminHost }> = async (
  app,
  { host },
) => {
  const { swapped } = schemas;
  const all = (): PoolKeeper[] => [...host.keepers.values()];
  const one = (name: string): PoolKeeper[] => [keeperOf(host, name)];
  app.post('/recycle', route('fresh threads for every pool', swapped), async () =>
    swap(all(), recycle),
  );
  app.post('/reload', route('the current files of every extension', swapped), async () =>
    swap(all(), reload),
  );
  app.post<PoolParams>(
    '/pools/:pool/recycle',
    poolRoute('fresh threads for a pool', swapped),
    async ({ params }) => swap(one(params.pool), recycle),
  );
  app.post<PoolParams>(
    '/pools/:pool/reload',
    poolRoute('the current files of the extensions of a pool', swapped),
    async ({ params }) => swap(one(params.pool), reload),
  );
  app.post<PoolParams>(
    '/pools/:pool/enable',
    poolRoute('back into service, after rapid-fail', swapped),
    async ({ params }) => {
      const keeper = keeperOf(host, params.pool);
      keeper.enable();
      return { pools: [{ name: keeper.name, generation: keeper.status().generation }] };
    },
  );
};

function recycle(keeper: PoolKeeper): Promise<Swap> {
  return keeper.recycle('asked');
}

function reload(keeper: PoolKeeper): Promise<Swap> {
  return keeper.reload();
}

/** @throws HostError `ISAPI_ERR_SWAP_FAILED` */
async function swap(
  keepers: readonly PoolKeeper[],
  how: (keeper: PoolKeeper) => Promise<Swap>,
): Promise<object> {
  const swaps = await Promise.all(
    keepers.map(async (keeper) => ({ name: keeper.name, swap: await how(keeper) })),
  );
  const failures = swaps.flatMap(({ name, swap: of }) => (of.ok ? [] : [failureText(name, of)]));
  if (failures.length > 0) throw new HostError('ISAPI_ERR_SWAP_FAILED', failures.join('; '));
  return {
    pools: swaps.flatMap(({ name, swap: of }) =>
      of.ok ? [{ name, generation: of.generation }] : [],
    ),
  };
}

function failureText(name: string, { problems }: Extract<Swap, { ok: false }>): string {
  const texts = problems.map(({ module, error }) => `${module}: ${error.message}`);
  return `pool ${name}: ${texts.join(', ') || 'the host is closing'}`;
}
