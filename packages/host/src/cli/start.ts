import type { Texts } from '../config/read-texts.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import { createAnnouncer } from './announcer.ts';
import type { Place } from '../supervisor/supervisor-link.ts';
import { exitCodes, type CliHost, type Shell, type Started } from './shell.ts';

/** Beyond `shutdownTimeoutMs`, for the host to cut what still runs and end its threads. */
const CLOSING_GRACE_MS = 2000;

/** `isapi start`: serves until it is to end, then drains. */
export async function start(shell: Shell, flags: Texts): Promise<number> {
  const { env, cwd, isTerminal, supervisor } = shell;
  const resolved = await resolveConfig({ flags, env, cwd, isTerminal });
  const { config } = resolved;
  const end = untilEnd(shell); // from here on, so that one while starting is kept
  const [host, place] = await Promise.all([shell.openHost(config), supervisor?.join(config)]);
  if (supervisor === undefined) shell.onReload(() => void host.reload());
  const announcer = await createAnnouncer(shell, resolved, host.logger);
  for (const warning of resolved.warnings) announcer.warned(warning);

  const started = await startOrClose(host, place);
  // First: whoever reads that it has started may count on its being looked after.
  supervisor?.ready(() => host.load);
  announcer.started(started, place?.isFirst ?? true);
  announcer.closing(await end);
  if (await closeWithin(config.shutdownTimeoutMs + CLOSING_GRACE_MS, host, shell)) {
    return exitCodes.done;
  }
  shell.printError('isapi: the host did not close in time\n');
  shell.endBy('SIGKILL');
  return exitCodes.SIGKILL;
}

/** Settles when the supervisor says so, or else at the first signal; at the second one the process ends. */
function untilEnd({ supervisor, onSignal, endBy }: Shell): Promise<string> {
  return new Promise((resolve) => {
    if (supervisor !== undefined) return supervisor.onDrain(resolve);
    let isClosing = false;
    onSignal((signal) => {
      if (isClosing) endBy(signal);
      isClosing = true;
      resolve(signal);
    });
  });
}

/** A host that does not come to listen may have threads already. */
async function startOrClose(host: CliHost, place: Place | undefined): Promise<Started> {
  try {
    return await host.start(place);
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
