#!/usr/bin/env node
import { isSupervised } from './supervisor/is-supervised.ts';

const args = process.argv.slice(2);
// Each way loads only what it needs: a supervisor next to nothing. On Windows processes cannot share a socket so.
if (process.platform !== 'win32' && isSupervised(args, process.env)) {
  const { supervise } = await import('./supervisor/supervise.ts');
  supervise(args);
} else {
  const { runProcess } = await import('./run-process.ts');
  await runProcess(undefined);
}
