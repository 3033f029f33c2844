import type { Texts } from '../config/read-texts.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { createAnnouncer } from './announcer.ts';
import { exitCodes, type CliHost, type Shell, type Signal, type Started } from './shell.ts';

/** Beyond `shutdownTimeoutMs`, for the host to cut what still runs and end its threads. */
const CLOSING_GRACE_MS = 5000;

/** `isapi start`: serves until a signal, then drains. A second signal ends the process at once. */
export async function start(shell: Shell, flags: Texts): Promise<number> {
  const { env, cwd, isTerminal } = shell;
  const resolved = await resolveConfig({ flags, env, cwd, isTerminal });
  const firstSignal = untilSignal(shell); // from here on, so that one while starting is kept
  const host = await shell.openHost(resolved.config);
  const announcer = await createAnnouncer(shell, resolved, host.logger);
  for (const warning of resolved.warnings) announcer.warned(warning);

  announcer.started(await startOrClose(host));
  announcer.closing(await firstSignal);
  const isClosed = await closeWithin(
    resolved.config.shutdownTimeoutMs + CLOSING_GRACE_MS,
    host,
    shell,
  );
  if (isClosed) return exitCodes.done;
  shell.printError('isapi: the host did not close in time\n');
  return exitCodes.failure;
}

/** Settles at the first signal; at the second one the process ends. */
function untilSignal(shell: Shell): Promise<Signal> {
  return new Promise((resolve) => {
    let isClosing = false;
    shell.onSignal((signal) => {
      if (isClosing) shell.exit(exitCodes[signal]);
      isClosing = true;
      resolve(signal);
    });
  });
}

/** A host that does not come to listen may have threads already. */
async function startOrClose(host: CliHost): Promise<Started> {
  try {
    return await host.start();
  } catch (error) {
    await host.close().catch(() => {}); // the reason to tell is the first one
    throw error;
  }
}

/** Whether the host closed in time. */
function closeWithin(ms: number, host: CliHost, shell: Shell): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const cancel = shell.after(ms, () => resolve(false));
    host
      .close()
      .then(() => resolve(true), reject)
      .finally(cancel);
  });
}
