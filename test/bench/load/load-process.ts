// The process that makes the load of `createNodeLoad`: takes a spec, sends back what it saw.
import { runClosedLoop } from './closed-loop.ts';
import type { LoadSpec } from './load.ts';

process.on('message', (spec: LoadSpec) => {
  void runClosedLoop(spec).then((result) => process.send?.(result));
});
