// The process that makes the load of `createNodeLoad`: takes a spec, sends back what it saw.
import { BesideLoop } from './beside.ts';
import { runClosedLoop } from './closed-loop.ts';
import type { LoadResult, LoadSpec } from './load.ts';
import { runOpenLoop } from './open-loop.ts';

process.on('message', (spec: LoadSpec) => {
  void runLoad(spec).then((result) => process.send?.(result));
});

async function runLoad(spec: LoadSpec): Promise<LoadResult> {
  const { port, ratePerSecond, beside } = spec;
  const other = beside && new BesideLoop(port, beside);
  const result =
    ratePerSecond === undefined
      ? await runClosedLoop(spec)
      : await runOpenLoop(spec, ratePerSecond);
  const alsoWrong = (await other?.stop()) ?? [];
  return { ...result, wrong: [...result.wrong, ...alsoWrong] };
}
