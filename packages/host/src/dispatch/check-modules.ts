import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { ModuleFinding } from '@isapi-host/worker-runtime/protocol';
import { Piscina } from 'piscina';

/** A module that is not loaded after this long is a problem, ms. */
const CHECK_MS = 10_000;

/** Loads modules in a thread of their own each, as many at once as there are cores, and asks their version. */
export async function checkModules(modules: readonly string[]): Promise<ModuleFinding[]> {
  const findings: ModuleFinding[] = [];
  const waiting = modules.entries();
  const lane = async (): Promise<void> => {
    for (const [index, module] of waiting) findings[index] = await checkModule(module);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return findings;
}

async function checkModule(module: string): Promise<ModuleFinding> {
  const piscina = new Piscina({
    filename: fileURLToPath(import.meta.resolve('@isapi-host/worker-runtime/worker')),
    minThreads: 0,
    maxThreads: 1,
    atomics: 'disabled',
  });
  // A throw after the load; the module counts as loaded.
  piscina.on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ModuleFinding>((resolve) => {
    timer = setTimeout(resolve, CHECK_MS, { problem: `not loaded after ${CHECK_MS} ms` });
  });
  const checked = piscina
    .run(module, { name: 'check' })
    .then((finding: unknown) => finding as ModuleFinding)
    .catch((error: unknown) => ({ problem: `the thread ended while it loaded: ${String(error)}` }));
  try {
    return await Promise.race([checked, late]);
  } finally {
    clearTimeout(timer);
    await piscina.destroy();
  }
}
