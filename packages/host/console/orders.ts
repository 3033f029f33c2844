/** Something the host can be told to do, and how to ask whether it should. */
export interface Order {
  readonly title: string;
  readonly question: string;
  /** On the button that gives it. */
  readonly verb: string;
  /** Below /api/v1. */
  readonly path: string;
  readonly body: object | undefined;
  /** Says what came of it. */
  readonly done: (answer: unknown) => string;
}

export function recyclePool(pool: string): Order {
  return {
    title: `Recycle pool ${pool}?`,
    question: 'Fresh threads take over. Requests under way end on the threads they have.',
    verb: 'Recycle',
    path: `pools/${encodeURIComponent(pool)}/recycle`,
    body: undefined,
    done: (answer) => `Recycled: ${swapText(answer)}`,
  };
}

export function reloadPool(pool: string): Order {
  return {
    title: `Reload the extensions of pool ${pool}?`,
    question:
      'Fresh threads load the current files and take over. When one does not load, the pool stays as it is.',
    verb: 'Reload',
    path: `pools/${encodeURIComponent(pool)}/reload`,
    body: undefined,
    done: (answer) => `Reloaded: ${swapText(answer)}`,
  };
}

export function enablePool(pool: string): Order {
  return {
    title: `Enable pool ${pool}?`,
    question: 'It was taken out of service since its threads died too often.',
    verb: 'Enable',
    path: `pools/${encodeURIComponent(pool)}/enable`,
    body: undefined,
    done: (answer) => `Enabled: ${swapText(answer)}`,
  };
}

export function drainHost(draining: boolean): Order {
  return {
    title: draining ? 'Drain the host?' : 'End draining?',
    question: draining
      ? '/readyz tells load balancers to send no more. Requests that come are still served.'
      : '/readyz tells load balancers again that the host is ready.',
    verb: draining ? 'Drain' : 'End draining',
    path: 'drain',
    body: { draining },
    done: () => (draining ? 'The host is draining' : 'The host is no longer draining'),
  };
}

interface SwapAnswer {
  readonly pools: readonly { readonly name: string; readonly generation: number }[];
}

function swapText(answer: unknown): string {
  const { pools } = answer as SwapAnswer;
  return pools
    .map(({ name, generation }) => `pool ${name} is at generation ${generation}`)
    .join(', ');
}
