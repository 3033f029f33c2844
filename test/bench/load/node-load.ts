import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Load, LoadResult } from './load.ts';

/** Load by `closed-loop.ts` in a process of its own, which checks every byte of every answer. */
export function createNodeLoad(): Load {
  const child = fork(fileURLToPath(new URL('./load-process.js', import.meta.url)), {
    serialization: 'advanced', // keeps a Buffer a Buffer
  });
  return {
    name: 'node',
    async burst(spec) {
      child.send(spec);
      const over = new AbortController();
      const { signal } = over;
      const [first] = (await Promise.race([
        once(child, 'message', { signal }),
        once(child, 'exit', { signal }),
      ]).finally(() => over.abort())) as [unknown];
      if (typeof first !== 'object' || first === null) throw new Error('the load process died');
      return first as LoadResult;
    },
    close() {
      if (child.connected) child.disconnect();
    },
  };
}
