import type { Pool, Thread } from '../answers.ts';
import type { ConsoleActions } from '../console-state.ts';
import { h, type JSX } from '../libraries/preact.js';
import { enablePool, type Order, recyclePool, reloadPool } from '../orders.ts';
import { formatCount } from './formats.ts';

export interface PoolsSectionProps {
  readonly pools: readonly Pool[];
  readonly onAsk: ConsoleActions['ask'];
}

export function PoolsSection({ pools, onAsk }: PoolsSectionProps): JSX.Element {
  return (
    <section aria-labelledby="pools">
      <h2 id="pools">Pools</h2>
      <div class="cards">
        {pools.map((pool) => (
          <PoolCard key={pool.name} pool={pool} onAsk={onAsk} />
        ))}
      </div>
    </section>
  );
}

interface PoolCardProps {
  readonly pool: Pool;
  readonly onAsk: ConsoleActions['ask'];
}

function PoolCard({ pool, onAsk }: PoolCardProps): JSX.Element {
  const { name, state, threads } = pool;
  return (
    <article class="card" aria-label={`Pool ${name}`}>
      <h3>
        {name} <span class={`badge ${state}`}>{state}</span>
      </h3>
      <PoolFacts pool={pool} />
      {threads.length > 0 && (
        <ul class="threads" aria-label={`Threads of pool ${name}`}>
          {threads.map((thread) => (
            <ThreadChip key={`${thread.process} ${thread.threadId}`} thread={thread} />
          ))}
        </ul>
      )}
      <div class="buttons">
        <OrderButton pool={name} order={recyclePool(name)} onAsk={onAsk} />
        <OrderButton pool={name} order={reloadPool(name)} onAsk={onAsk} />
        {state === 'disabled' && <OrderButton pool={name} order={enablePool(name)} onAsk={onAsk} />}
      </div>
    </article>
  );
}

function PoolFacts({ pool }: { readonly pool: Pool }): JSX.Element {
  const { threads, maxThreads, waiting, maxQueue, inFlight, served, draining, rssMb } = pool;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['Generation', String(pool.generation)],
    ['Threads', `${threads.length} of ${maxThreads}`],
    ['Waiting', `${formatCount(waiting)} of ${formatCount(maxQueue)}`],
    ['In flight', formatCount(inFlight)],
    ['Served', formatCount(served)],
    ...(draining > 0 ? [['Draining', `${draining} earlier`] as const] : []),
    ...(pool.isolation === 'process' ? [['Process', processText(pool.pid, rssMb)] as const] : []),
  ];
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function processText(pid: number | null, rssMb: number | null): string {
  if (pid === null) return 'starting';
  return rssMb === null ? String(pid) : `${pid}, ${Math.round(rssMb)} MiB`;
}

function ThreadChip({ thread }: { readonly thread: Thread }): JSX.Element {
  const { threadId, state, sessions } = thread;
  return (
    <li class={`thread ${state}`}>
      {threadId} {state}
      {sessions > 0 && ` ${sessions}`}
    </li>
  );
}

interface OrderButtonProps {
  readonly pool: string;
  readonly order: Order;
  readonly onAsk: ConsoleActions['ask'];
}

function OrderButton({ pool, order, onAsk }: OrderButtonProps): JSX.Element {
  return (
    <button type="button" aria-label={`${order.verb} pool ${pool}`} onClick={() => onAsk(order)}>
      {order.verb}
    </button>
  );
}
